import type { Logger } from 'pino';
import type { DomainName } from '../dns/name.ts';
import type { Repository } from '../git/repository.ts';
import type { OpenOrigin } from '../pipeline/origin/open.ts';
import type { OwnCommits } from '../pipeline/release/allowance.ts';
import type { Holds } from '../pipeline/release/holds.ts';
import type { Made, WantedRelease } from '../pipeline/release/make.ts';
import type { ReleaseStore } from '../pipeline/release/store.ts';
import type { State } from '../state/state.ts';
import type { ProjectConfig } from '../zone/config.ts';
import type { Authentication } from './authentication.ts';
import type { Metrics } from './metrics.ts';
import type { Rollouts } from './rollouts.ts';

/** What every door of the server works with. */
export interface Services {
  readonly origin: OpenOrigin;
  readonly repository: Repository;
  readonly state: State;
  readonly authentication: Authentication;
  /** The newest release: serials, DS data, files. */
  readonly releases: ReleaseStore;
  /** Makes a release, unless it passes thresholds. */
  readonly makeRelease: (wanted: WantedRelease, signal: AbortSignal) => Promise<Made>;
  /** The releases that pass thresholds and wait for somebody to allow them. */
  readonly holds: Holds;
  /** How the commits of the API are known. */
  readonly own: OwnCommits;
  readonly rollouts: Rollouts;
  /**
   * Asks for the head to be built and rolled out, even where a rollback has taken it back. With `allowDeletes` the thresholds
   * are lifted for the release that is held, else for the head; gives its commit.
   */
  readonly rollOut: (by: string, allowDeletes: boolean) => Promise<string | undefined>;
  /** Asks for the release of an earlier deployment to be rolled out again. */
  readonly rollBack: (release: string, by: string) => Promise<void>;
  /** What `zonewright.yaml` says at the head. */
  readonly config: () => ProjectConfig;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The zones that could not be signed when their private keys were tried last. */
  unusableKeys: ReadonlySet<DomainName>;
  readonly version: string;
  /** The state folder, for what is kept in files. */
  readonly folder: string;
  /** Says that something is to be built and rolled out: after a commit, which most times is known, and after a push. */
  readonly wake: (commit?: string | null) => Promise<void>;
  /** Takes over what the remote has, where there is one, and what the branch is at. A remote that is away is no fault. */
  readonly catchUp: () => Promise<void>;
  /** Waits until a release that holds a commit is served, at most so many milliseconds; gives whether it is. */
  readonly released: (commit: string, patience: number) => Promise<boolean>;
  /** Whether the server is ready to serve; a sentence where it is not. */
  readonly unready: () => string | undefined;
}
