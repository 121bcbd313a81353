import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedRdatas, diffZone, type ZoneRecords } from '../../../src/compile/plan/delta.ts';
import { makePlan } from '../../../src/compile/plan/plan.ts';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import { rdataFromText, rdataToText, typeCode, typeName } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import type { Thresholds } from '../../../src/zone/settings.ts';

const apex = parseName('example.com.');
const usual: Thresholds = { deletes: { percent: 30, records: 10 }, changes: undefined };

/** A zone from lines of `owner ttl type value`. */
function zone(lines: readonly string[], of = apex): ZoneRecords {
  const names = new Map<DomainName, RRset[]>();
  for (const line of lines) {
    const [name, ttl, mnemonic, ...value] = line.split(' ') as [string, string, string, ...string[]];
    const owner = parseName(name, of);
    const type = typeCode(mnemonic) as number;
    const rdata = rdataFromText(type, value.join(' '), of);
    const rrsets = names.get(owner) ?? [];
    const known = rrsets.findIndex((rrset) => rrset.type === type);
    if (known < 0) rrsets.push({ owner, type, ttl: Number(ttl), rdatas: [rdata] });
    else rrsets[known] = { ...(rrsets[known] as RRset), rdatas: [...(rrsets[known] as RRset).rdatas, rdata] };
    names.set(owner, rrsets);
  }
  return { apex: of, names };
}

describe('the difference between two states of a zone', () => {
  it('puts deletions first, then changes, then additions, in canonical order', () => {
    const before = zone(['z 60 A 192.0.2.1', 'b 60 A 192.0.2.1', 'a 60 TXT x', 'a 60 A 192.0.2.1']);
    const after = zone(['b 60 A 192.0.2.2', 'a 60 A 192.0.2.1', 'x.b 60 A 192.0.2.1', 'a 60 MX 1 m']);
    const delta = diffZone(before, after);
    expect(
      delta?.changes.map((change) => [
        change.kind,
        ...(change.kind === 'delete'
          ? [change.existing.owner, typeName(change.existing.type)]
          : [change.desired.owner, typeName(change.desired.type)]),
      ]),
    ).toEqual([
      ['delete', 'a.example.com.', 'TXT'],
      ['delete', 'z.example.com.', 'A'],
      ['change', 'b.example.com.', 'A'],
      ['add', 'a.example.com.', 'MX'],
      ['add', 'x.b.example.com.', 'A'],
    ]);
    expect(delta?.counts).toEqual({ deleted: 2, changed: 1, added: 2 });
  });

  it('counts replaced values and TTLs as changed, and neither serial nor case nor order as anything', () => {
    expect(
      diffZone(
        zone(['a 60 A 192.0.2.1', 'a 60 A 192.0.2.2']),
        zone(['a 60 A 192.0.2.2', 'a 60 A 192.0.2.3', 'a 60 A 192.0.2.4']),
      )?.counts,
    ).toEqual({ deleted: 0, changed: 1, added: 1 });
    expect(
      diffZone(zone(['a 60 A 192.0.2.1', 'a 60 A 192.0.2.2']), zone(['a 30 A 192.0.2.2', 'a 30 A 192.0.2.1']))?.counts,
    ).toEqual({ deleted: 0, changed: 2, added: 0 });
    expect(diffZone(zone(['a 60 MX 1 Mail', 'a 60 MX 2 x']), zone(['a 60 MX 2 X', 'a 60 MX 1 mail']))).toBeUndefined();
    expect(diffZone(zone(['@ 60 SOA a b 1 2 3 4 5']), zone(['@ 60 SOA A b 9 2 3 4 5']))).toBeUndefined();
    expect(diffZone(zone(['@ 60 SOA a b 1 2 3 4 5']), zone(['@ 60 SOA a b 9 2 3 4 6']))?.counts.changed).toBe(1);
  });

  it('tells new and deleted zones, also empty ones', () => {
    expect(diffZone(undefined, zone([]))?.kind).toBe('created');
    expect(diffZone(zone([]), undefined)?.kind).toBe('deleted');
    expect(diffZone(undefined, undefined)).toBeUndefined();
  });

  it('applied to the one state gives the other', () => {
    const line = fc
      .tuple(
        fc.constantFrom('@', 'a', 'b.a', '*', '__proto__'),
        fc.constantFrom('TXT x', 'TXT y', 'A 192.0.2.1', 'A 192.0.2.2', 'MX 1 a'),
      )
      .map(([name, data]) => [name, data] as const);
    const state = fc.uniqueArray(line, { maxLength: 12, selector: (each) => each.join(' ') }).chain((lines) =>
      fc.array(fc.constantFrom(60, 300), { minLength: 30, maxLength: 30 }).map((ttls) => {
        const kinds = [...new Set(lines.map(([name, data]) => `${name} ${data.split(' ')[0]}`))];
        return lines.map(([name, data]) => `${name} ${ttls[kinds.indexOf(`${name} ${data.split(' ')[0]}`)]} ${data}`);
      }),
    );
    const records = (of: ZoneRecords): Set<string> =>
      new Set(
        [...of.names.values()]
          .flat()
          .flatMap((rrset) =>
            rrset.rdatas.map((rdata) => `${rrset.owner} ${rrset.ttl} ${rrset.type} ${rdataToText(rrset.type, rdata)}`),
          ),
      );
    fc.assert(
      fc.property(state, state, (a, b) => {
        const before = zone(a);
        const after = zone(b);
        const result = records(before);
        for (const change of diffZone(before, after)?.changes ?? []) {
          const lines = (rrset: RRset) =>
            rrset.rdatas.map((rdata) => `${rrset.owner} ${rrset.ttl} ${rrset.type} ${rdataToText(rrset.type, rdata)}`);
          if (change.kind !== 'add') for (const each of lines(change.existing)) expect(result.delete(each)).toBe(true);
          if (change.kind !== 'delete') for (const each of lines(change.desired)) result.add(each);
          const { gone, come, stay } = changedRdatas(change);
          expect(gone.length + stay.length).toBe(change.kind === 'add' ? 0 : change.existing.rdatas.length);
          expect(come.length + stay.length).toBe(change.kind === 'delete' ? 0 : change.desired.rdatas.length);
        }
        expect(result).toEqual(records(after));
      }),
    );
  });
});

describe('thresholds', () => {
  const hosts = (count: number): string[] => Array.from({ length: count }, (_, i) => `h${i} 60 A 192.0.2.1`);
  const blocks = (
    before: readonly string[] | undefined,
    after: readonly string[] | undefined,
    thresholds = usual,
    deletes = false,
  ) => {
    const delta = diffZone(before && zone(before), after && zone(after));
    return makePlan(delta === undefined ? [] : [delta], thresholds, { deletes }).blocks.map(({ rule }) => rule);
  };

  it('stops when both the share and the number of deleted records are passed', () => {
    expect(blocks(hosts(40), hosts(27))).toEqual(['deletes-threshold']);
    expect(blocks(hosts(40), hosts(28))).toEqual([]);
    expect(blocks(hosts(9), [])).toEqual([]);
    expect(blocks(hosts(1000), hosts(900))).toEqual([]);
  });

  it('stops when a whole zone goes, or its name servers, unless that is allowed', () => {
    expect(blocks(hosts(1), undefined)).toEqual(['zone-deleted']);
    expect(blocks(hosts(1), undefined, usual, true)).toEqual([]);
    expect(blocks(['@ 60 NS a'], ['@ 60 NS b'])).toEqual(['apex-ns-changed']);
    expect(blocks(['@ 60 NS a'], ['@ 30 NS A'])).toEqual([]);
    expect(blocks(['s 60 NS a'], ['s 60 NS b'])).toEqual([]);
    expect(blocks(undefined, ['@ 60 NS a'])).toEqual([]);
  });

  it('counts changes of every kind where the configuration asks for it', () => {
    const changes = { ...usual, changes: { percent: 50, records: 3 } };
    expect(
      blocks(
        hosts(4),
        hosts(4).map((line) => line.replace('192.0.2.1', '192.0.2.2')),
        changes,
      ),
    ).toEqual(['changes-threshold']);
  });

  it('puts deleted zones before changed ones and new ones last', () => {
    const other = parseName('a.example.');
    const deltas = [
      diffZone(undefined, zone([], other)),
      diffZone(zone(hosts(1)), zone([])),
      diffZone(zone([], parseName('z.example.')), undefined),
    ];
    expect(
      makePlan(
        deltas.flatMap((delta) => delta ?? []),
        usual,
        { deletes: false },
      ).zones.map(({ zone: name, kind }) => [name, kind]),
    ).toEqual([
      ['z.example.', 'deleted'],
      ['example.com.', 'changed'],
      ['a.example.', 'created'],
    ]);
  });
});
