import type { DomainName } from '../../dns/name.ts';
import type { IdNote, RecordValue } from './notes.ts';

/** How far beyond the highest id before it an id may be. Whoever may push can write any; none may use them up at a stroke. */
export const LEAP = 2 ** 24;

/** A zone's id. Times are milliseconds since 1970. */
export interface ZoneId {
  readonly id: number;
  readonly zone: DomainName;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Whether a commit carries it; else it is known here alone. */
  readonly recorded: boolean;
}

/** A record's id. */
export interface RecordId extends RecordValue {
  readonly id: number;
  readonly zoneId: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly recorded: boolean;
}

/** Who has which id: all of it, or the part that the notes at hand speak of. */
export interface IdTable {
  readonly zones: Map<number, ZoneId>;
  readonly zonesByName: Map<DomainName, number>;
  readonly records: Map<number, RecordId>;
  /** By {@link valueKey}. */
  readonly recordsByValue: Map<string, number>;
  /** Zones that went, with all their records, also those that are not in this part of the table. */
  readonly dropped: Set<number>;
  /** The highest ids that commits have carried. */
  highZone: number;
  highRecord: number;
}

/** A table without ids. */
export function emptyTable(): IdTable {
  return {
    zones: new Map(),
    zonesByName: new Map(),
    records: new Map(),
    recordsByValue: new Map(),
    dropped: new Set(),
    highZone: 0,
    highRecord: 0,
  };
}

/** Tells the records of all zones apart. */
export function valueKey(zoneId: number, { owner, type, digest }: RecordValue): string {
  return `${zoneId} ${owner} ${type} ${digest}`;
}

/** Puts a zone into a table. */
export function putZone(table: IdTable, entry: ZoneId): void {
  table.zones.set(entry.id, entry);
  table.zonesByName.set(entry.zone, entry.id);
}

/** Puts a record into a table. */
export function putRecord(table: IdTable, entry: RecordId): void {
  table.records.set(entry.id, entry);
  table.recordsByValue.set(valueKey(entry.zoneId, entry), entry.id);
}

/**
 * Applies the notes of one commit, all at once. What commits have said so far decides alone; ids that only this state knows
 * give way. So whoever replays a history comes to the same ids. A note that contradicts what is known is passed over: an id
 * of another zone's record, or of a zone with another name. Where two ids claim one record, the later note wins.
 *
 * @param at the commit's time in milliseconds since 1970
 */
export function applyNotes(table: IdTable, notes: readonly IdNote[], at: number): void {
  for (const note of notes) {
    if (note.kind === 'zone') applyZone(table, note.id, note.zone, at);
    else if (note.kind === 'zone-gone' && table.zones.get(note.id)?.recorded === true) dropZone(table, note.id);
    else if (note.kind === 'record-gone') dropRecord(table, note.id);
  }
  const records = notes.filter((note) => note.kind === 'record');
  // Values that move between records of one commit: all are let go before one is taken.
  const before = new Map<number, RecordId>();
  for (const { id, zoneId } of records) {
    const known = table.records.get(id);
    if (known === undefined || (known.recorded && known.zoneId !== zoneId)) continue;
    before.set(id, known);
    table.recordsByValue.delete(valueKey(known.zoneId, known));
  }
  for (const { id, zoneId, owner, type, digest } of records) {
    const known = table.records.get(id);
    const zone = table.zones.get(zoneId);
    const foreign = known?.recorded === true && known.zoneId !== zoneId;
    if (id > table.highRecord + LEAP || zone?.recorded !== true || foreign) continue;
    const value = { owner, type, digest };
    const holder = table.recordsByValue.get(valueKey(zoneId, value));
    if (holder !== undefined && holder !== id) dropRecord(table, holder);
    if (known !== undefined && table.recordsByValue.get(valueKey(known.zoneId, known)) === id)
      table.recordsByValue.delete(valueKey(known.zoneId, known));
    const old = before.get(id);
    const kept = old?.zoneId === zoneId ? old : undefined;
    const same = kept !== undefined && valueKey(zoneId, kept) === valueKey(zoneId, value);
    const times = { createdAt: kept?.createdAt ?? at, updatedAt: same ? kept.updatedAt : at };
    putRecord(table, { id, zoneId, ...value, ...times, recorded: true });
    table.highRecord = Math.max(table.highRecord, id);
  }
  // Those whose own note was passed over keep what they had, unless another record has it now.
  for (const [id, known] of before) {
    if (table.records.get(id) !== known) continue;
    const key = valueKey(known.zoneId, known);
    const holder = table.recordsByValue.get(key);
    if (holder === undefined) table.recordsByValue.set(key, id);
    else if (holder !== id) table.records.delete(id);
  }
}

function applyZone(table: IdTable, id: number, zone: DomainName, at: number): void {
  const known = table.zones.get(id);
  if (id > table.highZone + LEAP || (known?.recorded === true && known.zone !== zone)) return;
  table.highZone = Math.max(table.highZone, id);
  if (known?.zone === zone) {
    table.zones.set(id, { ...known, recorded: true });
    return;
  }
  if (known !== undefined) dropZone(table, id);
  const other = table.zonesByName.get(zone);
  if (other !== undefined) dropZone(table, other);
  putZone(table, { id, zone, createdAt: at, updatedAt: at, recorded: true });
}

function dropZone(table: IdTable, id: number): void {
  const known = table.zones.get(id);
  if (known === undefined) return;
  table.zones.delete(id);
  table.zonesByName.delete(known.zone);
  table.dropped.add(id);
  for (const record of [...table.records.values()]) if (record.zoneId === id) dropRecord(table, record.id);
}

function dropRecord(table: IdTable, id: number): void {
  const known = table.records.get(id);
  if (known === undefined) return;
  table.records.delete(id);
  const key = valueKey(known.zoneId, known);
  if (table.recordsByValue.get(key) === id) table.recordsByValue.delete(key);
}
