import type { DomainName } from '../../dns/name.ts';
import { NS } from '../../dns/types/ns.ts';
import type { CompiledZone } from '../compile.ts';
import type { OrderedZone } from '../content.ts';
import type { EvaluatedZone } from '../evaluate.ts';
import type { Project } from '../project.ts';
import type { ReleaseDraft } from '../release/draft.ts';
import { ReleaseError } from '../release/error.ts';
import type { ExistingRelease } from '../release/place.ts';
import { readFile } from '../release/state.ts';
import { knownZone, stateOfRelease } from './compare.ts';
import type { ZoneDelta } from './delta.ts';
import { diffCompiled } from './nodes.ts';
import { type Block, makePlan } from './plan.ts';

/** Holds a release that is being made against the one before. */
export interface ReleaseGuard {
  /** Takes zones when they were compiled and written. */
  take(zones: readonly EvaluatedZone[]): void;
  /** Why the release must not take the place of the one before, when all zones were taken. */
  blocks(): readonly Block[];
}

/**
 * Watches over a release of a project that is to take the place of another. Only what differs from that is looked at; a zone
 * file of before is read record by record only where so many of its lines have gone that a threshold may be passed.
 */
export function watchThresholds(
  previous: ExistingRelease,
  project: Project,
  draft: Pick<ReleaseDraft, 'read'>,
): ReleaseGuard {
  const existing = stateOfRelease(previous, project);
  const { thresholds } = project.config;
  const isHarmless = (apex: DomainName): boolean => {
    const files = previous.manifest.zones.get(apex)?.zone.files ?? [];
    const file = files.find(({ path }) => path.startsWith('zones/'));
    // What single nodes have of their own is rare, and looked at as a whole.
    if (file === undefined || files.some(({ path }) => path.startsWith('nodes/'))) return false;
    const [old, now] = [readFile(previous.folder, file), draft.read(file.path)];
    if (old === undefined || now === undefined) return false;
    const { gone, come, servers } = changedLines(old, now);
    const { deletes, changes } = thresholds;
    return !servers && gone < deletes.records && (changes === undefined || gone + come < changes.records);
  };
  /** Whether a zone was amended from what the release before has, in less than may pass any threshold. */
  const isSmall = ({ amended, compiled }: OrderedZone): boolean => {
    if (amended === undefined) return false;
    const { gone, come } = amended.difference;
    if (previous.manifest.zones.get(compiled.apex)?.zone.content !== amended.before.content) return false;
    if ([...gone, ...come].some(({ owner, type }) => type === NS.code && owner === compiled.apex)) return false;
    const count = (rrsets: typeof gone): number => rrsets.reduce((sum, { rdatas }) => sum + rdatas.length, 0);
    const { deletes, changes } = thresholds;
    return count(gone) < deletes.records && (changes === undefined || count(gone) + count(come) < changes.records);
  };
  const deltas: ZoneDelta[] = [];
  /** `undefined` where the zone is damaged: what nobody can read any more is no reason to wait. */
  const before = (apex: DomainName): CompiledZone | undefined => {
    try {
      return existing.compiled(apex);
    } catch (error) {
      if (error instanceof ReleaseError) return undefined;
      throw error;
    }
  };
  return {
    take(zones) {
      for (const { facts, ordered } of zones) {
        const { apex } = facts;
        if (ordered === undefined || !existing.zones.has(apex) || !existing.mayDiffer(knownZone(facts))) continue;
        if (isSmall(ordered)) continue;
        if (ordered.compiled.nodes.size > 0 || !isHarmless(apex))
          deltas.push(...diffCompiled(before(apex), ordered.compiled));
      }
    },
    blocks() {
      const deleted: ZoneDelta[] = [];
      for (const [zone, { records }] of previous.manifest.zones) {
        if (project.zones.has(zone)) continue;
        const counts = { deleted: records, changed: 0, added: 0 };
        deleted.push({ zone, kind: 'deleted', changes: [], counts, existingRecords: records });
      }
      return makePlan([...deleted, ...deltas], thresholds, { deletes: false }).blocks;
    },
  };
}

/**
 * How many lines of a zone file have gone and come, whatever their order, without signatures; and whether name servers of the zone
 * itself are among them. Each record has a line of its own at least, so no more records than that were deleted or added.
 */
function changedLines(before: Buffer, after: Buffer): { gone: number; come: number; servers: boolean } {
  const [old, now] = [before, after].map((file) => file.toString('latin1').split('\n')) as [string[], string[]];
  const isSignature = (line: string): boolean => /\sRRSIG\s/.test(line);
  const missing = (lines: readonly string[], from: readonly string[]): string[] => {
    const there = new Set(from);
    return lines.filter((line) => !there.has(line) && !isSignature(line));
  };
  const [gone, come] = [missing(old, now), missing(now, old)];
  return { gone: gone.length, come: come.length, servers: [...gone, ...come].some((line) => /^@.*\sNS\s/.test(line)) };
}
