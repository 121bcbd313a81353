import { realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { evaluate } from '../compile/evaluate.ts';
import { openDraft } from '../compile/release/draft.ts';
import { type ExistingRelease, findRelease } from '../compile/release/place.ts';
import { newReleaseWriter } from '../compile/release/writer.ts';
import { SOURCE_FOLDERS } from '../compile/source/tree.ts';
import type { DomainName } from '../dns/name.ts';
import type { Serial } from '../dns/serial.ts';
import { compareFindings, stops } from '../zone/finding.ts';
import { dayOf } from './check.ts';
import { type Failure, failure, orFailure } from './failure.ts';
import type { Report } from './report/report.ts';
import { openDesk } from './signing.ts';
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
  /** Whether the folder was left as it was, because nothing at all has changed. */
  readonly untouched: boolean;
  /** What was found: nothing that stops a release. */
  readonly report: Report;
}

/** A release that was not built, because of what was found. The folder is as it was. */
export interface NotBuilt {
  readonly kind: 'refused';
  readonly report: Report;
}

/**
 * Compiles a release and puts it into its folder as a whole. What is unchanged since the release before keeps its serial and
 * its bytes.
 */
export function buildRelease(workspace: Workspace, options: BuildOptions): Promise<Built | NotBuilt | Failure> {
  return orFailure(async () => {
    const misplaced = findMisplaced(workspace.folder, options.out);
    if (misplaced !== undefined) return misplaced;
    const named = options.previous === undefined ? undefined : findPrevious(options.previous);
    if (named !== undefined && 'kind' in named) return named;
    const draft = openDraft(options.out);
    try {
      const { project, cache, at, uncommitted, close } = await openWorkspace(workspace, options.at);
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
        const desk = openDesk(workspace, project, { store: options.store, previous, record: options.record !== false });
        const writer = newReleaseWriter({
          draft,
          project,
          at,
          uncommitted,
          previous,
          desk,
          zones: only ?? new Set(project.zones.keys()),
          now: Math.floor(workspace.now / 1000),
          generator: `zonewright ${workspace.version}`,
        });
        try {
          const evaluation = await evaluate(project, {
            today: dayOf(workspace.now),
            cache,
            only,
            progress: workspace.progress,
            want: writer.want,
            take: writer.take,
          });
          const findings = [...evaluation.findings, ...writer.findings].sort(compareFindings);
          const report: Report = { findings, zones: evaluation.zones.size };
          if (findings.some(stops)) return { kind: 'refused', report };
          return { kind: 'built', folder: resolve(options.out), report, ...(await writer.finish()) };
        } finally {
          writer.close();
          await desk.close();
        }
      } finally {
        close();
      }
    } finally {
      draft.close();
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

function findPrevious(folder: string): ExistingRelease | Failure {
  const found = findRelease(resolve(folder));
  return (
    found ??
    failure(
      'usage',
      `there is no release in ${resolve(folder)}`,
      'name the folder of a release, or leave --previous out',
    )
  );
}
