import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, type ManifestZone } from '../../compile/manifest.ts';
import { releaseName, zoneFilePath } from '../../compile/paths.ts';
import { type ExistingRelease, findOrSalvage } from '../../compile/release/place.ts';
import type { DomainName } from '../../dns/name.ts';
import { type Built, buildWithinThresholds, type Held, type NotBuilt } from '../build.ts';
import type { Failure } from '../failure.ts';
import { type Generated, generateKeys } from '../keys/generate.ts';
import { type SigningSchedule, signingSchedule } from '../keys/schedule.ts';
import type { Memory } from '../memory.ts';
import type { Workspace } from '../workspace.ts';
import { type Renewed, renewKeys } from './renew.ts';

/** The release that a server builds from its repository, one after the other in one place. */
export interface ReleaseStore {
  /** The release's folder. */
  readonly folder: string;
  /** The newest release; `undefined` before the first, and while it is damaged. */
  current(): ExistingRelease | undefined;
  /** What the newest release says of a zone. */
  zone(apex: DomainName): ManifestZone | undefined;
  /** The text of a file of the newest release; `undefined` where it has none. */
  read(path: string): string | undefined;
  /** A zone's master file of the newest release; `undefined` where it has none. */
  zoneFile(apex: DomainName): string | undefined;
  /** The DS data of a zone in the newest release, as `ds/<zone>.json` has it; nothing where the zone is not signed. */
  dsData(apex: DomainName): readonly Record<string, unknown>[];
  /** The public keys of a zone in the newest release, as `keys/<zone>.json` has them. */
  keyData(apex: DomainName): readonly Record<string, unknown>[];
  /** What use cases work on: the head of the branch, with what belongs to this machine in the state folder. */
  workspace(): Workspace;
  /** Makes keys for zones that are to be signed and have none. */
  makeKeys(zones: readonly DomainName[]): Promise<Generated | Failure>;
  /** Asks parents and begins roll-overs where it is time. */
  renewKeys(): Promise<Renewed>;
  /**
   * When what is signed has to be built again, and what is wrong with it; of the head, or of a commit. `tryKeys`: each private
   * key that signs is read.
   */
  schedule(options?: {
    readonly at?: string | undefined;
    readonly tryKeys?: boolean;
  }): Promise<SigningSchedule | Failure>;
  /**
   * Compiles the head of the branch, or a commit. One process does it at a time. What passes a threshold is held, unless it is
   * the commit for which they were lifted.
   */
  build(options?: {
    readonly at?: string | undefined;
    readonly liftedFor?: string | undefined;
  }): Promise<Built | NotBuilt | Held | Failure>;
}

/** What a release store is opened with. */
export interface ReleaseStoreOptions {
  /** The bare repository. */
  readonly repository: string;
  readonly branch: string;
  /** The state folder: the release, the key store and what makes building fast are in it. */
  readonly folder: string;
  /** The key store where it is not that of the state folder. */
  readonly keys?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly version: string;
  /** What a process that stays keeps from one release to the next. */
  readonly memory?: Memory | undefined;
}

/** Opens the place where a server builds its releases. */
export function openReleaseStore(options: ReleaseStoreOptions): ReleaseStore {
  const { repository, branch, now, version, memory } = options;
  const folder = join(options.folder, 'release');
  const keyStore = options.keys === undefined ? {} : { store: options.keys };
  let seen = '';
  let known: ExistingRelease | undefined;
  const store: ReleaseStore = {
    folder,
    current() {
      const file = join(folder, MANIFEST);
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      const mark = stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
      if (mark !== seen) {
        // What a builder of ours has written is read zone by zone, when somebody asks.
        const found = mark === '' ? undefined : findOrSalvage(folder, () => true);
        known = found?.damage === undefined ? found : undefined;
        seen = mark;
      }
      return known;
    },
    zone: (apex) => store.current()?.manifest.zones.get(apex)?.zone,
    read(path) {
      const file = join(folder, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    zoneFile: (apex) => store.read(zoneFilePath(apex)),
    dsData: (apex) => listIn(store.read(`ds/${releaseName(apex)}.json`), 'ds'),
    keyData: (apex) => listIn(store.read(`keys/${releaseName(apex)}.json`), 'keys'),
    workspace: () => ({
      folder: repository,
      revision: branch,
      stateFolder: options.folder,
      now: now(),
      version,
      memory,
    }),
    makeKeys: (zones) => generateKeys(store.workspace(), { zones: zones.map(String), ...keyStore }),
    renewKeys: () => renewKeys(store.workspace(), { release: folder, ...keyStore }),
    schedule: ({ at, tryKeys = false } = {}) =>
      signingSchedule(store.workspace(), { release: folder, tryKeys, ...atCommit(at), ...keyStore }),
    async build({ at, liftedFor } = {}) {
      await mkdir(options.folder, { recursive: true });
      return buildWithinThresholds(
        store.workspace(),
        { out: folder, brief: true, ...atCommit(at), ...keyStore },
        liftedFor,
      );
    },
  };
  return store;
}

function atCommit(at: string | undefined): { readonly at?: string } {
  return at === undefined ? {} : { at };
}

/** A list in a JSON document of the release. */
function listIn(text: string | undefined, key: string): readonly Record<string, unknown>[] {
  const document = text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
  return Array.isArray(document[key]) ? document[key] : [];
}
