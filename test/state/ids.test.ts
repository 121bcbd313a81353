import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainName } from '../../src/dns/name.ts';
import { parseName } from '../../src/dns/name.ts';
import { fromText } from '../../src/dns/octets.ts';
import { parseMessage, printMessage } from '../../src/git/commit-object.ts';
import { changesBetween, keyOf } from '../../src/state/ids/changes.ts';
import { digestOf, type IdNote, printNote, type RecordValue, readNotes } from '../../src/state/ids/notes.ts';
import { type PlannedIds, planIds, type ZoneChange } from '../../src/state/ids/plan.ts';
import { applyNotes, emptyTable, LEAP } from '../../src/state/ids/replay.ts';
import {
  findRecordId,
  findZoneIdOf,
  followCommits,
  idsCursor,
  listUnrecordedIds,
  type NotedCommit,
  rebuildIds,
  recordIdsOf,
  zoneIdsOf,
} from '../../src/state/ids/store.ts';
import { idOfUuid, uuidOf } from '../../src/state/ids/uuid.ts';
import type { State } from '../../src/state/state.ts';
import { onBothEngines } from './engines.ts';

const zones = ['example.com.', 'example.net.'].map((name) => parseName(name));
const zone = zones[0] as DomainName;

function value(owner: string, data: string, type = 'A'): RecordValue {
  return { owner: parseName(owner, zone), type, digest: digestOf(fromText(data)) };
}

const names = fc.constantFrom('@', 'www', '*', '_a._b', 'a\\032b', 'a\\.b', 'gone', '\\255x');
const values = fc
  .record({ owner: names, data: fc.constantFrom('1', '2', '3'), type: fc.constantFrom('A', 'MX') })
  .map(({ owner, data, type }) => value(owner, data, type));
const idNumbers = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
const notes: fc.Arbitrary<IdNote> = fc.oneof(
  fc.record({
    kind: fc.constant('zone' as const),
    id: fc.integer({ min: 1, max: 4 }),
    zone: fc.constantFrom(...zones),
    account: fc.constantFrom(undefined, 'alice', 'a@example.net'),
  }),
  fc.record({ kind: fc.constant('zone-gone' as const), id: fc.integer({ min: 1, max: 4 }) }),
  fc
    .record({ id: idNumbers, zoneId: fc.integer({ min: 1, max: 4 }), value: values })
    .map(({ id, zoneId, value }) => ({ kind: 'record' as const, id, zoneId, ...value })),
  fc.record({ kind: fc.constant('record-gone' as const), id: idNumbers }),
);

describe('notes', () => {
  it('are read from a commit as they were written', () => {
    fc.assert(
      fc.property(fc.array(notes), (written) => {
        const message = printMessage({ subject: 'x', trailers: written.map(printNote) });
        expect(readNotes(parseMessage(message).trailers)).toEqual(written);
      }),
    );
  });

  it('are what is exactly in their form', () => {
    const good = printNote({ kind: 'record', id: 7, zoneId: 1, ...value('www', 'x') });
    expect(readNotes([good])).toHaveLength(1);
    for (const wrong of ['0', '-1', '4294967296', '1e3', '07', ''])
      expect(readNotes([{ ...good, value: good.value.replace('7', wrong) }])).toEqual([]);
    for (const text of ['', 'gone', '7', '7 gone x', '7 1 www A x', `${good.value} x`, good.value.toUpperCase()])
      expect(readNotes([{ ...good, value: text }])).toEqual([]);
    for (const text of ['1 example.com. -', '1 gone'])
      expect(readNotes([{ key: 'Zonewright-Zone', value: text }])).toHaveLength(1);
    for (const text of ['1 Example.com. -', '1 example.com -', '1 example.com. A B', '1 example.com. ../x', '1 x'])
      expect(readNotes([{ key: 'Zonewright-Zone', value: text }])).toEqual([]);
  });

  it('are never read from nonsense with an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom('Zonewright-Zone', 'Zonewright-Record'), fc.string(), (key, text) => {
        for (const note of readNotes([{ key, value: text }])) expect(printNote(note)).toEqual({ key, value: text });
      }),
    );
  });
});

describe('changes', () => {
  it('keep what stays, pair what came with what went, and follow what the caller knows', () => {
    const [a, b, c, d] = ['1', '2', '3', '4'].map((data) => value('www', data)) as RecordValue[];
    const mx = value('mail', '9', 'MX');
    expect(changesBetween([a, b] as RecordValue[], [b, c] as RecordValue[])).toEqual([
      { kind: 'update', from: a, to: c },
    ]);
    expect(changesBetween([a as RecordValue], [])).toEqual([{ kind: 'remove', from: a }]);
    expect(changesBetween([a as RecordValue], [mx])).toEqual([
      { kind: 'remove', from: a },
      { kind: 'add', to: mx },
    ]);
    const moved = [{ from: b as RecordValue, to: mx }];
    expect(changesBetween([a, b] as RecordValue[], [a, mx] as RecordValue[], moved)).toEqual([
      { kind: 'update', from: b, to: mx },
    ]);
    const crossed = [{ from: a as RecordValue, to: d as RecordValue }];
    expect(changesBetween([a, b] as RecordValue[], [c, d] as RecordValue[], crossed)).toEqual([
      { kind: 'update', from: a, to: d },
      { kind: 'update', from: b, to: c },
    ]);
  });

  it('lead from what was to what is', () => {
    const sets = fc.uniqueArray(values, { selector: keyOf });
    fc.assert(
      fc.property(sets, sets, fc.array(fc.tuple(values, values)), (before, after, moves) => {
        const left = new Set(before.map(keyOf));
        for (const change of changesBetween(
          before,
          after,
          moves.map(([from, to]) => ({ from, to })),
        )) {
          if (change.kind !== 'add') expect(left.delete(keyOf(change.from))).toBe(true);
          if (change.kind !== 'remove') left.add(keyOf(change.to));
        }
        expect([...left].sort()).toEqual(after.map(keyOf).sort());
      }),
    );
  });
});

describe('UUIDs', () => {
  it('lead back to the id, and to no other kind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (id) => {
        const uuid = uuidOf('record', id);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(idOfUuid('record', uuid.toUpperCase())).toBe(id);
        expect(idOfUuid('zone', uuid)).toBeUndefined();
      }),
    );
    expect(idOfUuid('record', '6b025f8a-88fa-472a-85c0-9510239ab05e')).toBeUndefined();
    expect(idOfUuid('record', 'x')).toBeUndefined();
  });
});

/** A history that grows, and a state that follows it as a server does. */
function historyOf(state: State) {
  const commits: NotedCommit[] = [];
  const contents = new Map<DomainName, Map<string, RecordValue>>();
  return {
    commits,
    contents,
    async commit(changes: readonly ZoneChange[]): Promise<PlannedIds> {
      const planned = await planIds(state, changes);
      const trailers = parseMessage(printMessage({ subject: 'x', trailers: planned.notes.map(printNote) })).trailers;
      await this.push(readNotes(trailers));
      return planned;
    },
    async push(said: readonly IdNote[] = []): Promise<void> {
      const number = commits.length + 1;
      const next = { id: `c${number}`, at: number * 1000, notes: said };
      expect(await followCommits(state, commits.at(-1)?.id, [next])).toBe(true);
      commits.push(next);
    },
  };
}

/** What commits alone decide. */
async function recorded(state: State) {
  return {
    zones: (await state.query.selectFrom('zone_ids').selectAll().where('recorded', '=', 1).orderBy('id').execute()).map(
      ({ id, zone }) => ({ id, zone }),
    ),
    records: (
      await state.query.selectFrom('record_ids').selectAll().where('recorded', '=', 1).orderBy('id').execute()
    ).map(({ id, zone_id, owner, type, digest }) => ({ id, zone_id, owner, type, digest })),
  };
}

onBothEngines('ids', (bench) => {
  const add = (to: RecordValue) => ({ kind: 'add', to }) as const;
  const [one, two] = [value('www', '1'), value('www', '2')];

  it('stay with a record that changes, and are new for a value that comes back', async () => {
    const history = historyOf(await bench.open());
    const made = await history.commit([{ kind: 'make', zone, account: 'alice', changes: [add(one)] }]);
    expect(made.notes[0]).toEqual({ kind: 'zone', id: 1, zone, account: 'alice' });
    expect(made.record(zone, one)).toBe(1);
    const changed = await history.commit([{ kind: 'change', zone, changes: [{ kind: 'update', from: one, to: two }] }]);
    expect(changed.record(zone, two)).toBe(1);
    await history.commit([{ kind: 'change', zone, changes: [{ kind: 'remove', from: two }] }]);
    const back = await history.commit([{ kind: 'change', zone, changes: [add(two)] }]);
    expect(back.record(zone, two)).toBe(2);
  });

  it('are found by number, with when they were made and changed', async () => {
    const state = await bench.open();
    const history = historyOf(state);
    await history.commit([{ kind: 'make', zone, changes: [add(one)] }]);
    await history.commit([{ kind: 'change', zone, changes: [{ kind: 'update', from: one, to: two }] }]);
    expect(await findRecordId(state.query, 1)).toEqual({
      id: 1,
      zoneId: 1,
      ...two,
      createdAt: 1000,
      updatedAt: 2000,
      recorded: true,
    });
    expect(await findRecordId(state.query, 2)).toBeUndefined();
    expect(await idsCursor(state.query)).toBe('c2');
  });

  it('of deleted zones go, and are not given to the zone that is made again', async () => {
    const state = await bench.open();
    const history = historyOf(state);
    await history.commit([{ kind: 'make', zone, changes: [add(one)] }]);
    await history.commit([{ kind: 'delete', zone }]);
    expect(await findRecordId(state.query, 1)).toBeUndefined();
    const again = await history.commit([{ kind: 'make', zone, changes: [add(one)] }]);
    expect([again.zones.get(zone), again.record(zone, one)]).toEqual([2, 2]);
  });

  it('are given once to records that came by git, also by two processes, and written down with the next change', async () => {
    const place = await bench.place();
    const [state, other] = [await bench.open(place), await bench.open(place)];
    const history = historyOf(state);
    await history.push();
    const [first, second] = await Promise.all([zoneIdsOf(state, [zone]), zoneIdsOf(other, [zone])]);
    expect(first).toEqual(second);
    const id = first[0]?.id as number;
    const many = Array.from({ length: 1200 }, (_, i) => value(`h${i}`, '1'));
    const given = await Promise.all([recordIdsOf(state, id, many), recordIdsOf(other, id, [...many].reverse())]);
    expect([...(given[1] ?? [])].reverse()).toEqual(given[0]);
    expect(new Set(given[0]?.map((entry) => entry.id)).size).toBe(1200);
    const planned = await history.commit([{ kind: 'change', zone, changes: [add(one)] }]);
    expect(planned.notes.map(({ kind }) => kind)).toEqual(['zone', ...Array(101).fill('record')]);
    expect(await listUnrecordedIds(state.query, id, 2000)).toHaveLength(1100);
    expect(await recordIdsOf(state, id, many)).toMatchObject(given[0]?.map((entry) => ({ id: entry.id })) ?? []);
  });

  it('follow the branch once where two processes do', async () => {
    const place = await bench.place();
    const states = [await bench.open(place), await bench.open(place)];
    const commits: NotedCommit[] = [{ id: 'c1', at: 1, notes: [{ kind: 'zone', id: 1, zone, account: undefined }] }];
    const followed = await Promise.all(states.map((state) => followCommits(state, undefined, commits)));
    expect(followed.sort()).toEqual([false, true]);
    expect(await followCommits(states[0] as State, 'c0', [{ id: 'c2', at: 1, notes: [] }])).toBe(false);
    expect(await idsCursor((states[0] as State).query)).toBe('c1');
  });

  it('that leap ahead or belong to others are passed over', async () => {
    const state = await bench.open();
    const history = historyOf(state);
    await history.commit(zones.map((each) => ({ kind: 'make' as const, zone: each, changes: [add(one)] })));
    const kept = await recorded(state);
    await history.push([
      { kind: 'record', id: LEAP + 100, zoneId: 1, ...two },
      { kind: 'record', id: 1, zoneId: 2, ...two },
      { kind: 'record', id: 9, zoneId: 3, ...two },
      { kind: 'zone', id: 1, zone: parseName('other.example.'), account: 'eve' },
      { kind: 'zone-gone', id: 77 },
    ]);
    expect(await recorded(state)).toEqual(kept);
    const planned = await history.commit([{ kind: 'change', zone, changes: [add(two)] }]);
    expect(planned.record(zone, two)).toBe(3);
  });

  it('that are left after the state was lost begin beyond those that were given', async () => {
    const history = historyOf(await bench.open());
    await history.commit([{ kind: 'make', zone, changes: [add(one)] }]);
    const fresh = await bench.open();
    await rebuildIds(fresh, history.commits);
    expect((await findZoneIdOf(fresh.query, zone))?.id).toBe(1);
    const [entry] = await recordIdsOf(fresh, 1, [two]);
    expect(entry?.id).toBeGreaterThan(60_000);
  });

  it('are the same live, after a replay in any steps, and after a rebuild', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('edit' as const),
          which: fc.nat(1),
          set: fc.uniqueArray(values, { selector: keyOf, maxLength: 6 }),
          moves: fc.array(fc.tuple(values, values), { maxLength: 2 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), which: fc.nat(1) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('git' as const),
          which: fc.nat(1),
          set: fc.uniqueArray(values, { selector: keyOf, maxLength: 6 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const), which: fc.nat(1) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('forge' as const), notes: fc.array(notes, { maxLength: 5 }) }),
      },
    );
    const runs = bench.kind === 'embedded' ? 60 : 12;
    const [state, replayed] = [await bench.open(), await bench.open()];
    const clear = async (each: State) => {
      for (const table of ['zone_ids', 'record_ids', 'cursors', 'counters'] as const)
        await each.query.deleteFrom(table).execute();
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.integer({ min: 1, max: 5 }), async (steps, stride) => {
        for (const each of [state, replayed]) await clear(each);
        const history = historyOf(state);
        const { contents, commits } = history;
        for (const each of steps) {
          if (each.kind === 'forge') {
            await history.push(each.notes);
            continue;
          }
          const name = zones[each.which] as DomainName;
          const now = contents.get(name);
          if (each.kind === 'edit') {
            const moved = each.moves.map(([from, to]) => ({ from, to }));
            const changes = changesBetween([...(now?.values() ?? [])], each.set, now === undefined ? [] : moved);
            const kind = now === undefined ? 'make' : 'change';
            const planned = await history.commit([{ kind, zone: name, changes }]);
            contents.set(name, new Map(each.set.map((entry) => [keyOf(entry), entry])));
            const zoneId = (await findZoneIdOf(state.query, name))?.id;
            expect(zoneId).toBe(planned.zones.get(name));
            for (const change of changes) {
              if (change.kind === 'remove') continue;
              const entry = await findRecordId(state.query, planned.record(name, change.to) as number);
              expect(entry).toMatchObject({ zoneId, ...change.to });
            }
          } else if (each.kind === 'delete') {
            await history.commit([{ kind: 'delete', zone: name }]);
            contents.delete(name);
          } else if (each.kind === 'git') {
            await history.push();
            contents.set(name, new Map(each.set.map((entry) => [keyOf(entry), entry])));
          } else if (now !== undefined) {
            const [entry] = await zoneIdsOf(state, [name]);
            const ids = await recordIdsOf(state, entry?.id as number, [...now.values()]);
            expect(ids.map(keyOf)).toEqual([...now.keys()]);
            expect(new Set(ids.map(({ id }) => id)).size).toBe(now.size);
          }
        }
        const live = await recorded(state);
        for (let i = 0; i < commits.length; i += stride)
          expect(await followCommits(replayed, commits[i - 1]?.id, commits.slice(i, i + stride))).toBe(true);
        expect(await recorded(replayed)).toEqual(live);
        const table = emptyTable();
        for (const { at, notes: said } of commits) applyNotes(table, said, at);
        expect(live.zones.map(({ id }) => id)).toEqual([...table.zones.keys()].sort((a, b) => a - b));
        expect(live.records.map(({ id }) => id)).toEqual([...table.records.keys()].sort((a, b) => a - b));
        await rebuildIds(state, commits);
        expect(await recorded(state)).toEqual(live);
      }),
      { numRuns: runs },
    );
  });
});
