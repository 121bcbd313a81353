import type { Thresholds } from '../../zone/settings.ts';
import type { CompiledZone } from '../compile.ts';
import { ReleaseError } from '../release/error.ts';
import type { ExistingRelease } from '../release/place.ts';
import { recordsIn } from './compare.ts';
import type { ZoneDelta } from './delta.ts';
import { diffCompiled } from './nodes.ts';
import { type Block, makePlan } from './plan.ts';

/**
 * Why a release must not take the place of another one, as the records of both have it. Only zones that differ are read.
 *
 * @throws ReleaseError where the new one is damaged.
 */
export function blocksBetween(
  before: ExistingRelease,
  after: ExistingRelease,
  thresholds: Thresholds,
): readonly Block[] {
  const deltas: ZoneDelta[] = [];
  for (const [zone, entry] of before.manifest.zones) {
    const next = after.manifest.zones.get(zone);
    if (next === undefined) {
      const counts = { deleted: entry.records, changed: 0, added: 0 };
      deltas.push({ zone, kind: 'deleted', changes: [], counts, existingRecords: entry.records });
    } else if (next.line !== entry.line && next.zone.content !== entry.zone.content) {
      const readable = ifReadable(() => recordsIn(before.folder, entry.zone));
      deltas.push(...diffCompiled(readable, recordsIn(after.folder, next.zone)));
    }
  }
  return makePlan(deltas, thresholds, { deletes: false }).blocks;
}

/** `undefined` where the zone is damaged: what nobody can read any more is no reason to wait. */
function ifReadable(read: () => CompiledZone): CompiledZone | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReleaseError) return undefined;
    throw error;
  }
}
