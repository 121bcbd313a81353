import type { DomainName } from '../../dns/name.ts';
import { raiseCounters, readCounter, takeNumbers } from '../counter.ts';
import { fixedQuery } from '../fixed-query.ts';
import type { State } from '../state.ts';
import type { Queries, RecordIdRow, Tables } from '../tables.ts';
import { keyOf } from './changes.ts';
import type { IdNote, RecordValue } from './notes.ts';
import { applyNotes, emptyTable, type IdTable, putRecord, putZone, type RecordId, type ZoneId } from './replay.ts';

/** The commit whose notes, and those of all before it, are in the tables. */
const CURSOR = 'ids';
/** Rows of one statement: databases bound the values in it. */
const ROWS = 500;
/** Commits that are applied with one look at the tables. */
const COMMITS = 500;
/** Numbers that are left out when ids are rebuilt: those that a lost state had given and no commit carries. */
const GAP = 2 ** 16;

/** A commit of the branch and what it says about ids. */
export interface NotedCommit {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly notes: readonly IdNote[];
}

/** The commit that the ids have followed the branch to; `undefined` before the first. */
export async function idsCursor(db: Queries): Promise<string | undefined> {
  const row = await db.selectFrom('cursors').select('commit_id').where('name', '=', CURSOR).executeTakeFirst();
  return row?.commit_id;
}

/**
 * Follows the branch from the commit `from`: applies commits, parents before children, to the last of them. Gives `false` and
 * does nothing where the ids stand at another commit by now: ask for the cursor again then. What a power cut undoes of it is
 * in the commits, and followed again.
 */
export function followCommits(
  state: State,
  from: string | undefined,
  commits: readonly NotedCommit[],
): Promise<boolean> {
  return state.transaction(
    async (tx) => {
      const last = commits.at(-1)?.id;
      if (last === undefined) return (await idsCursor(tx)) === from;
      if (!(await moveCursor(tx, from, last))) return false;
      for (let i = 0; i < commits.length; i += COMMITS) await applyTo(tx, commits.slice(i, i + COMMITS));
      return true;
    },
    { durable: false },
  );
}

/**
 * Makes the ids anew from the whole history, commits parents first. Ids that only this state knows stay where no commit
 * contradicts them; numbers of a state that was lost are not given again.
 */
export function rebuildIds(state: State, commits: readonly NotedCommit[]): Promise<void> {
  return state.transaction(async (tx) => {
    const zones = await tx.selectFrom('zone_ids').selectAll().execute();
    const records = await tx.selectFrom('record_ids').selectAll().where('recorded', '=', 0).execute();
    await tx.deleteFrom('zone_ids').execute();
    await tx.deleteFrom('cursors').where('name', '=', CURSOR).execute();
    await tx.deleteFrom('counters').where('name', 'in', ['zone-high', 'record-high']).execute();
    for (let i = 0; i < commits.length; i += COMMITS) await applyTo(tx, commits.slice(i, i + COMMITS));
    const last = commits.at(-1)?.id;
    if (last !== undefined) await moveCursor(tx, undefined, last);
    await insert(
      tx,
      'zone_ids',
      zones.filter(({ recorded }) => recorded === 0),
    );
    const after = await tx.selectFrom('zone_ids').select(['id', 'zone']).execute();
    const there = new Set(after.map(({ id, zone }) => `${id} ${zone}`));
    const same = new Set(zones.filter(({ id, zone }) => there.has(`${id} ${zone}`)).map(({ id }) => id));
    await insert(
      tx,
      'record_ids',
      records.filter(({ zone_id }) => same.has(zone_id)),
    );
    for (const name of ['zone', 'record'] as const) {
      const high = await readCounter(tx, `${name}-high`);
      if ((await readCounter(tx, name)) <= high) await raiseCounters(tx, { [name]: high + GAP });
    }
  });
}

async function moveCursor(tx: Queries, from: string | undefined, to: string): Promise<boolean> {
  if (from === undefined) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('cursors')
      .values({ name: CURSOR, commit_id: to })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await tx
    .updateTable('cursors')
    .set({ commit_id: to })
    .where('name', '=', CURSOR)
    .where('commit_id', '=', from)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

async function applyTo(tx: Queries, commits: readonly NotedCommit[]): Promise<void> {
  const notes = commits.flatMap((commit) => commit.notes);
  if (notes.length === 0) return;
  const table = await load(tx, notes);
  const loaded = { ...table, zones: new Map(table.zones), records: new Map(table.records) };
  for (const commit of commits) applyNotes(table, commit.notes, commit.at);
  await save(tx, table, loaded);
}

/** The part of the tables that notes speak of. */
async function load(tx: Queries, notes: readonly IdNote[]): Promise<IdTable> {
  const table = emptyTable();
  for (const { name, value } of await tx
    .selectFrom('counters')
    .selectAll()
    .where('name', 'in', ['zone-high', 'record-high'])
    .execute()) {
    if (name === 'zone-high') table.highZone = value;
    else table.highRecord = value;
  }
  const zoneIds = new Set<number>();
  const names = new Set<DomainName>();
  const recordIds = new Set<number>();
  const owners = new Map<number, Set<DomainName>>();
  for (const note of notes) {
    if (note.kind === 'zone') names.add(note.zone);
    if (note.kind === 'zone' || note.kind === 'zone-gone') zoneIds.add(note.id);
    else recordIds.add(note.id);
    if (note.kind !== 'record') continue;
    zoneIds.add(note.zoneId);
    const ofZone = owners.get(note.zoneId) ?? new Set();
    owners.set(note.zoneId, ofZone.add(note.owner));
  }
  const zones = tx.selectFrom('zone_ids').selectAll();
  for (const some of parts([...zoneIds]))
    for (const row of await zones.where('id', 'in', some).execute()) putZone(table, zoneOf(row));
  for (const some of parts([...names]))
    for (const row of await zones.where('zone', 'in', some).execute()) putZone(table, zoneOf(row));
  const records = tx.selectFrom('record_ids').selectAll();
  for (const some of parts([...recordIds]))
    for (const row of await records.where('id', 'in', some).execute()) putRecord(table, recordOf(row));
  for (const [zone, ofZone] of owners)
    for (const row of await recordRows(tx, zone, [...ofZone])) putRecord(table, recordOf(row));
  return table;
}

/** Writes what has changed of a part of the tables. Rows go before others come: values may have changed places. */
async function save(
  tx: Queries,
  table: IdTable,
  loaded: Pick<Readonly<IdTable>, 'zones' | 'records' | 'highZone' | 'highRecord'>,
): Promise<void> {
  for (const some of parts([...table.dropped])) await tx.deleteFrom('zone_ids').where('id', 'in', some).execute();
  const changed = [...loaded.records].filter(([id, entry]) => table.records.get(id) !== entry).map(([id]) => id);
  for (const some of parts(changed)) await tx.deleteFrom('record_ids').where('id', 'in', some).execute();
  const stays = (id: number): boolean => loaded.zones.has(id) && !table.dropped.has(id);
  const zones = [...table.zones.values()];
  const confirmed = zones.filter(
    ({ id, recorded }) => stays(id) && recorded && loaded.zones.get(id)?.recorded === false,
  );
  for (const some of parts(confirmed.map(({ id }) => id)))
    await tx.updateTable('zone_ids').set({ recorded: 1 }).where('id', 'in', some).execute();
  await insert(tx, 'zone_ids', zones.filter(({ id }) => !stays(id)).map(zoneRow));
  const isNew = (entry: RecordId): boolean => loaded.records.get(entry.id) !== entry || table.dropped.has(entry.zoneId);
  await insert(tx, 'record_ids', [...table.records.values()].filter(isNew).map(recordRow));
  const { highZone, highRecord } = table;
  await raiseCounters(tx, {
    ...(highZone > loaded.highZone && { 'zone-high': highZone, zone: highZone }),
    ...(highRecord > loaded.highRecord && { 'record-high': highRecord, record: highRecord }),
  });
}

/** Inserts rows; one whose place is taken stays out. */
async function insert<T extends 'zone_ids' | 'record_ids'>(
  tx: Queries,
  name: T,
  rows: readonly Tables[T][],
): Promise<void> {
  for (const some of parts(rows)) {
    await tx
      .insertInto(name as 'zone_ids')
      .values(some as readonly Tables['zone_ids'][])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/**
 * The ids of zones, in their order. A zone that has none, because it came by git, is given one now.
 *
 * @throws StateError `refused` where there are no more numbers.
 */
export async function zoneIdsOf(state: State, zones: readonly DomainName[]): Promise<ZoneId[]> {
  const known = await readZones(state.query, zones);
  const complete = zones.every((zone) => known.has(zone))
    ? known
    : await state.transaction(async (tx) => {
        // The counter's row is locked from here on: two processes do not give one zone two ids.
        const first = await takeNumbers(tx, 'zone', 0).then(() => readZones(tx, zones));
        const lacking = [...new Set(zones)].filter((zone) => !first.has(zone));
        const from = await takeNumbers(tx, 'zone', lacking.length);
        const now = state.now();
        const times = { created_at: now, updated_at: now, recorded: 0 };
        await insert(
          tx,
          'zone_ids',
          lacking.map((zone, i) => ({ id: from + i, zone, ...times })),
        );
        return readZones(tx, zones);
      });
  return zones.map((zone) => complete.get(zone) as ZoneId);
}

async function readZones(db: Queries, zones: readonly DomainName[]): Promise<Map<DomainName, ZoneId>> {
  const found = new Map<DomainName, ZoneId>();
  for (const some of parts(zones))
    for (const row of await db.selectFrom('zone_ids').selectAll().where('zone', 'in', some).execute())
      found.set(row.zone as DomainName, zoneOf(row));
  return found;
}

/** The ids of records of one zone, in their order. A record that has none, because it came by git, is given one now. */
export async function recordIdsOf(state: State, zoneId: number, values: readonly RecordValue[]): Promise<RecordId[]> {
  const known = await readRecords(state.query, zoneId, values);
  const complete = values.every((value) => known.has(keyOf(value)))
    ? known
    : await state.transaction(async (tx) => {
        await takeNumbers(tx, 'record', 0);
        const first = await readRecords(tx, zoneId, values);
        const lacking = [...new Map(values.map((value) => [keyOf(value), value]))].filter(([key]) => !first.has(key));
        const from = await takeNumbers(tx, 'record', lacking.length);
        const now = state.now();
        const rest = { zone_id: zoneId, created_at: now, updated_at: now, recorded: 0 };
        const rows = lacking.map(([, { owner, type, digest }], i) => ({ id: from + i, owner, type, digest, ...rest }));
        await insert(tx, 'record_ids', rows);
        for (const row of rows) first.set(keyOf(recordOf(row)), recordOf(row));
        return first;
      });
  return values.map((value) => complete.get(keyOf(value)) as RecordId);
}

async function readRecords(
  db: Queries,
  zoneId: number,
  values: readonly RecordValue[],
): Promise<Map<string, RecordId>> {
  const owners = [...new Set(values.map(({ owner }) => owner))];
  const found = new Map<string, RecordId>();
  for (const row of await recordRows(db, zoneId, owners)) {
    const entry = recordOf(row);
    found.set(keyOf(entry), entry);
  }
  return found;
}

async function recordRows(db: Queries, zoneId: number, owners: readonly string[]): Promise<readonly RecordIdRow[]> {
  const [only, ...more] = owners;
  if (only !== undefined && more.length === 0) return recordsAt(db, zoneId, only);
  const all = db.selectFrom('record_ids').selectAll().where('zone_id', '=', zoneId);
  // Many single questions take longer than the whole zone.
  if (owners.length > 4 * ROWS) return all.execute();
  const rows: RecordIdRow[] = [];
  for (const some of parts(owners)) rows.push(...(await all.where('owner', 'in', some).execute()));
  return rows;
}

const recordsAt = fixedQuery((db: Queries, zoneId: number, owner: string) =>
  db.selectFrom('record_ids').selectAll().where('zone_id', '=', zoneId).where('owner', '=', owner),
);

/** The zone with this id. */
export async function findZoneId(db: Queries, id: number): Promise<ZoneId | undefined> {
  const row = await db.selectFrom('zone_ids').selectAll().where('id', '=', id).executeTakeFirst();
  return row && zoneOf(row);
}

/** The zone of this name, if it has an id yet. */
export async function findZoneIdOf(db: Queries, zone: DomainName): Promise<ZoneId | undefined> {
  const [row] = await zoneNamed(db, zone);
  return row && zoneOf(row);
}

const zoneNamed = fixedQuery((db: Queries, zone: string) =>
  db.selectFrom('zone_ids').selectAll().where('zone', '=', zone),
);

/** The record with this id. Whether the zone still has that value is for its document to say: git may have taken it away. */
export async function findRecordId(db: Queries, id: number): Promise<RecordId | undefined> {
  const row = await db.selectFrom('record_ids').selectAll().where('id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

/** The ids of a zone's records that no commit carries yet, in their order; `limit` of them at most. */
export async function listUnrecordedIds(db: Queries, zoneId: number, limit: number): Promise<RecordId[]> {
  return (await unrecorded(db, zoneId, limit)).map(recordOf);
}

const unrecorded = fixedQuery((db: Queries, zoneId: number, limit: number) =>
  db
    .selectFrom('record_ids')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('recorded', '=', 0)
    .orderBy('id')
    .limit(limit),
);

/** The ids that records of a zone have now; others than {@link recordIdsOf} none is given. By `keyOf`. */
export function knownRecordIds(
  db: Queries,
  zoneId: number,
  values: readonly RecordValue[],
): Promise<Map<string, RecordId>> {
  return readRecords(db, zoneId, values);
}

function zoneOf(row: Tables['zone_ids']): ZoneId {
  const { id, zone, created_at, updated_at, recorded } = row;
  return { id, zone: zone as DomainName, createdAt: created_at, updatedAt: updated_at, recorded: recorded !== 0 };
}

function zoneRow({ id, zone, createdAt, updatedAt, recorded }: ZoneId): Tables['zone_ids'] {
  return { id, zone, created_at: createdAt, updated_at: updatedAt, recorded: Number(recorded) };
}

function recordOf(row: RecordIdRow): RecordId {
  const { id, zone_id, owner, type, digest, created_at, updated_at, recorded } = row;
  const times = { createdAt: created_at, updatedAt: updated_at };
  return { id, zoneId: zone_id, owner: owner as DomainName, type, digest, ...times, recorded: recorded !== 0 };
}

function recordRow({ id, zoneId, owner, type, digest, createdAt, updatedAt, recorded }: RecordId): RecordIdRow {
  const times = { created_at: createdAt, updated_at: updatedAt };
  return { id, zone_id: zoneId, owner, type, digest, ...times, recorded: Number(recorded) };
}

function parts<T>(values: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < values.length; i += ROWS) result.push(values.slice(i, i + ROWS));
  return result;
}
