import type { DomainName } from '../../dns/name.ts';
import { type TakeNumbers, takeNumbers } from '../counter.ts';
import type { State } from '../state.ts';
import { keyOf, type RecordChange } from './changes.ts';
import type { IdNote, RecordValue } from './notes.ts';
import { findZoneIdOf, knownRecordIds, listUnrecordedIds } from './store.ts';

/** Notes of one zone in one commit at most; records beyond are given ids when they are first seen. */
const NOTES = 1000;
/** Ids of records that came by git, which are written down along with a change of their zone. */
const ALONG = 100;

/** What one commit does to one zone. */
export type ZoneChange =
  | {
      readonly kind: 'make' | 'change';
      readonly zone: DomainName;
      /** Of a zone that is made: by which account. */
      readonly account?: string | undefined;
      readonly changes: readonly RecordChange[];
    }
  | { readonly kind: 'delete'; readonly zone: DomainName };

/** The ids after a commit. */
export interface PlannedIds {
  /** For the trailers of the commit. */
  readonly notes: readonly IdNote[];
  readonly zones: ReadonlyMap<DomainName, number>;
  /** The id of a record that the commit adds or updates; `undefined` where it gets one later. */
  record(zone: DomainName, value: RecordValue): number | undefined;
}

/**
 * Decides the ids of what a commit changes. The numbers are taken at once and for good: a commit that does not come about
 * leaves a gap. The ids must have followed the branch to the commit that is changed.
 */
export async function planIds(
  state: State,
  changes: readonly ZoneChange[],
  take: TakeNumbers = (name, count) => takeNumbers(state.query, name, count),
): Promise<PlannedIds> {
  const notes: IdNote[] = [];
  const zones = new Map<DomainName, number>();
  const records = new Map<string, number>();
  for (const change of changes) {
    const known = await findZoneIdOf(state.query, change.zone);
    if (change.kind === 'delete') {
      if (known !== undefined) notes.push({ kind: 'zone-gone', id: known.id });
      continue;
    }
    const { zone, account } = change;
    const kept = change.kind === 'change' ? known : undefined;
    const id = kept?.id ?? (await take('zone', 1));
    zones.set(zone, id);
    if (kept?.recorded !== true) notes.push({ kind: 'zone', id, zone, account });
    for (const note of await noteRecords(state, id, change.changes, kept !== undefined, take)) {
      notes.push(note);
      if (note.kind === 'record') records.set(`${zone} ${keyOf(note)}`, note.id);
    }
  }
  return { notes, zones, record: (zone, value) => records.get(`${zone} ${keyOf(value)}`) };
}

async function noteRecords(
  state: State,
  zoneId: number,
  changes: readonly RecordChange[],
  wasThere: boolean,
  take: TakeNumbers,
): Promise<IdNote[]> {
  const before = changes.flatMap((change) => (change.kind === 'add' ? [] : [change.from]));
  const known = wasThere ? await knownRecordIds(state.query, zoneId, before) : new Map<string, never>();
  const notes: IdNote[] = [];
  const fresh: RecordValue[] = [];
  const changed = new Set<number>();
  for (const change of changes) {
    const id = change.kind === 'add' ? undefined : known.get(keyOf(change.from))?.id;
    if (id !== undefined) changed.add(id);
    if (change.kind === 'remove') {
      if (id !== undefined) notes.push({ kind: 'record-gone', id });
    } else if (id === undefined) {
      fresh.push(change.to);
    } else {
      notes.push({ kind: 'record', id, zoneId, ...pick(change.to) });
    }
  }
  const added = fresh.slice(0, Math.max(0, NOTES - notes.length));
  const first = added.length === 0 ? 0 : await take('record', added.length);
  for (const [i, value] of added.entries()) notes.push({ kind: 'record', id: first + i, zoneId, ...pick(value) });
  if (!wasThere) return notes;
  const said = new Set(fresh.map(keyOf));
  for (const entry of await listUnrecordedIds(state.query, zoneId, ALONG)) {
    // What is said of a record above, or of another with its value, counts.
    if (changed.has(entry.id) || said.has(keyOf(entry))) continue;
    if (notes.some((note) => note.kind === 'record' && keyOf(note) === keyOf(entry))) continue;
    notes.push({ kind: 'record', id: entry.id, zoneId, ...pick(entry) });
  }
  return notes;
}

function pick({ owner, type, digest }: RecordValue): RecordValue {
  return { owner, type, digest };
}
