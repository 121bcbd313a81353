import { realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { evaluate } from '../compile/evaluate.ts';
import type { Block } from '../compile/plan/plan.ts';
import { type ReleaseGuard, watchThresholds } from '../compile/plan/watch-thresholds.ts';
import { openDraft } from '../compile/release/draft.ts';
import { newHashThread } from '../compile/release/hash-thread.ts';
import { newReleaseWriter } from '../compile/release/writer.ts';
import { SOURCE_FOLDERS } from '../compile/source/tree.ts';
import type { DomainName } from '../dns/name.ts';
import type { Serial } from '../dns/serial.ts';
import { compareFindings, stops } from '../zone/finding.ts';
import { dayOf } from './check.ts';
import { type Failure, failure, orFailure } from './failure.ts';
import { namedRelease } from './named-release.ts';
import type { Report } from './report/report.ts';
import { openDesk, settledZones } from './signing.ts';
import { namedZones, openWorkspace, type Workspace } from './workspace.ts';

/** What to build. */
export interface BuildOptions {
  /** The folder of the release: not there yet, empty, or a release whose place the new one takes. */
  readonly out: string;
  /** The state of the repository to build; the working folder where none is named. */
  readonly at?: string;
  /** The release before, from which serials go on; the one in `out` where none is named. */
  readonly previous?: string;
  /** The zones that the release holds; all where none is named. */
  readonly zones?: readonly string[];
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
  /** `false`: a trial, which is never served: the key store is not told that keys are published. */
  readonly record?: boolean;
  /** Whether of the zones that are as they were only what stops a release is reported. */
  readonly brief?: boolean;
}

/** A zone of a release, as far as it differs from the release before. */
export interface BuiltZone {
  readonly zone: DomainName;
  readonly serial: Serial;
}

/** A release that is in its folder now. */
export interface Built {
  readonly kind: 'built';
  /** The folder, absolute. */
  readonly folder: string;
  readonly commit: string | null;
  readonly dirty: boolean;
  /** The number of zones, and of all their records. */
  readonly zones: number;
  readonly records: number;
  /** The zones that are new or have another serial than in the release before, by their names. */
  readonly changed: readonly BuiltZone[];
  /** The zones of the release before that are gone. */
  readonly removed: readonly DomainName[];
  /** The zones whose files in the release before were missing or damaged, so that they were made anew. */
  readonly damaged: readonly DomainName[];
  /** Whether the folder was left as it was, because nothing at all has changed. */
  readonly untouched: boolean;
  /** Why the key store was not told what the release did with keys; `undefined` where it was, or nothing was to be told. */
  readonly unrecorded: Pick<Failure, 'message' | 'fix'> | undefined;
  /** What was wrong with the manifest of the release before, so that nothing of that could be kept. */
  readonly damage: string | undefined;
  /** What was found: nothing that stops a release. */
  readonly report: Report;
}

/** A release that was not built, because of what was found. The folder is as it was. */
export interface NotBuilt {
  readonly kind: 'refused';
  readonly report: Report;
}

/** A release that was not built because it passes thresholds. The folder is as it was. */
export interface Held {
  readonly kind: 'held';
  /** The commit that would have been released, and that of the release before, where it is of one. */
  readonly commit: string;
  readonly from: string | null;
  readonly blocks: readonly Block[];
}

const PREVIOUS_FIX = 'name the folder of a release, or leave --previous out';

/**
 * Compiles a release and puts it into its folder as a whole. What is unchanged since the release before keeps its serial and
 * its bytes.
 */
export function buildRelease(workspace: Workspace, options: BuildOptions): Promise<Built | NotBuilt | Failure> {
  return build<never>(workspace, options, undefined);
}

/** Like {@link buildRelease}, and holds a release that passes a threshold, unless they were lifted for its very commit. */
export function buildWithinThresholds(
  workspace: Workspace,
  options: BuildOptions,
  liftedFor: string | undefined,
): Promise<Built | NotBuilt | Held | Failure> {
  return build<Held>(workspace, options, (guard, commit, from) => {
    const blocks = commit === undefined || commit === liftedFor ? [] : guard.blocks();
    return commit === undefined || blocks.length === 0 ? undefined : { kind: 'held', commit, from, blocks };
  });
}

/** A release that was not built because it passes thresholds that nobody has lifted. The folder is as it was. */
export interface Blocked {
  readonly kind: 'blocked';
  readonly blocks: readonly Block[];
}

/** Like {@link buildRelease}, and refuses a release that passes a threshold, whether it is of a commit or not. */
export function buildUnlessBlocked(
  workspace: Workspace,
  options: BuildOptions,
): Promise<Built | NotBuilt | Blocked | Failure> {
  return build<Blocked>(workspace, options, (guard) => {
    const blocks = guard.blocks();
    return blocks.length === 0 ? undefined : { kind: 'blocked', blocks };
  });
}

/** What may hold a release back that could be built: given what was seen of it, its commit, and that of the one before. */
type Hold<T> = (guard: ReleaseGuard, commit: string | undefined, from: string | null) => T | undefined;

function build<T>(
  workspace: Workspace,
  options: BuildOptions,
  hold: Hold<T> | undefined,
): Promise<Built | NotBuilt | T | Failure> {
  return orFailure(async () => {
    const misplaced = findMisplaced(workspace.folder, options.out);
    if (misplaced !== undefined) return misplaced;
    const named = options.previous === undefined ? undefined : namedRelease(options.previous, PREVIOUS_FIX);
    if (named !== undefined && 'kind' in named) return named;
    const { release, hashes = newHashThread() } = workspace.memory ?? {};
    const draft = openDraft(options.out, release, hashes);
    try {
      const { project, cache, at, uncommitted, kept, close } = await openWorkspace(workspace, options.at);
      try {
        const only = namedZones(project, options.zones);
        if (only !== undefined && 'kind' in only) return only;
        if (project.zones.size === 0 && project.findings.length === 0) {
          return failure(
            'refused',
            'there are no zones to build',
            'add a document below zones/, such as example.com.yaml',
          );
        }
        const previous = named ?? draft.existing;
        const settled = settledZones(workspace);
        const record = options.record !== false;
        const desk = openDesk(workspace, project, { store: options.store, previous, record, settled, cache });
        const writer = newReleaseWriter({
          draft,
          project,
          at,
          uncommitted,
          previous,
          desk,
          indexes: workspace.memory?.indexes,
          basis: workspace.memory?.basis,
          known: (apex) => cache?.zones.get(apex),
          zones: only ?? project.zones,
          now: Math.floor(workspace.now / 1000),
          generator: `zonewright ${workspace.version}`,
        });
        const guard =
          hold === undefined || previous === undefined ? undefined : watchThresholds(previous, project, draft);
        try {
          const evaluation = await evaluate(project, {
            today: dayOf(workspace.now),
            cache,
            only,
            brief: options.brief === true,
            ...(kept !== undefined && { kept }),
            progress: workspace.progress,
            want: writer.want,
            foresee: writer.foresee,
            async take(zones, signal) {
              await writer.take(zones, signal);
              guard?.take(zones);
            },
          });
          const findings = [...evaluation.findings, ...writer.findings].sort(compareFindings);
          const report: Report = { findings, zones: evaluation.zones.size };
          if (findings.some(stops)) return { kind: 'refused', report };
          const held = guard && hold?.(guard, at?.commit.id, previous?.manifest.commit ?? null);
          if (held !== undefined) return held;
          const { damage } = previous ?? {};
          // Nothing is signed any more: the threads end while the release comes to the disk.
          const [, written] = await Promise.all([desk.close(), writer.finish()]);
          settled?.save((apex) => project.zones.has(apex));
          return { kind: 'built', folder: resolve(options.out), report, damage, ...written };
        } finally {
          writer.close();
          await desk.close();
        }
      } finally {
        close();
      }
    } finally {
      draft.close();
      // A process that stays goes on with its own.
      if (workspace.memory === undefined) await hashes.close();
    }
  });
}

/** A release must not take the place of what it is made from. */
function findMisplaced(project: string, out: string): Failure | undefined {
  const folder = realpathSync(project);
  const target = statSync(out, { throwIfNoEntry: false }) === undefined ? resolve(out) : realpathSync(out);
  const isWithin = (inner: string, outer: string): boolean => !`${relative(outer, inner)}${sep}`.startsWith(`..${sep}`);
  const inSources = SOURCE_FOLDERS.some((name) => isWithin(target, join(folder, name)));
  if (!inSources && !isWithin(folder, target)) return undefined;
  return failure('usage', `${target} holds the sources of the release`, 'name a folder of its own, such as release');
}
