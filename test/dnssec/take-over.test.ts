import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import type { BindTimes } from '../../src/dnssec/bind/private-file.ts';
import { generateKey } from '../../src/dnssec/generate.ts';
import type { KeyRole, ZoneKey } from '../../src/dnssec/key.ts';
import { advance } from '../../src/dnssec/rollover/advance.ts';
import { dueRolls, nextRoll } from '../../src/dnssec/rollover/decide.ts';
import { validates } from '../../src/dnssec/rollover/gate.ts';
import { mergeKeys } from '../../src/dnssec/rollover/merge.ts';
import { signingPlan } from '../../src/dnssec/rollover/plan.ts';
import { printZoneKeys, readZoneKeys } from '../../src/dnssec/store/zone-keys-file.ts';
import { lackOf, type RunningKey, takeOver } from '../../src/dnssec/take-over.ts';
import type { ZoneKeys } from '../../src/dnssec/zone-keys.ts';
import { usualPolicy } from '../../src/zone/document/policy.ts';

const zone = parseName('example.com.');
const NOW = 1_800_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;
const nothing: ZoneKeys = { zone, keys: [], parent: undefined, progress: undefined };
const policy = { dnskeyTtl: HOUR, propagation: HOUR, parent: { dsTtl: DAY, propagation: HOUR, resolvers: [] } };
const facts = { secure: true, maxTtl: DAY };

async function make(role: KeyRole, others: readonly ZoneKey[], algorithm: 13 | 15 = 13): Promise<ZoneKey> {
  return (await generateKey({ zone, role, algorithm, rsaBits: 0, now: NOW - 90 * DAY }, others)).key;
}
const ksk = await make('ksk', []);
const zsk = await make('zsk', [ksk]);
const zsk2 = await make('zsk', [ksk, zsk]);
const csk = await make('csk', [ksk, zsk, zsk2], 15);
const retired = (key: ZoneKey): ZoneKey => ({ ...key, goal: 'retire' });
const since = (ago: number): BindTimes => ({ publish: NOW - ago, activate: NOW - ago });

function planAt(zoneKeys: ZoneKeys, time: number): { dnskeys: string[]; signers: string[] } {
  const { dnskeys, zoneSigners } = signingPlan(advance(zoneKeys, policy, time, facts), true);
  return { dnskeys: dnskeys.map(({ id }) => id), signers: zoneSigners.map(({ id }) => id) };
}

describe('a zone that is taken over', () => {
  it('goes on with its keys, whose DS may be at the parent', () => {
    for (const times of [{}, since(100 * DAY), since(HOUR)]) {
      const taken = takeOver(
        nothing,
        [ksk, zsk].map((key) => ({ key, times })),
        NOW,
      );
      expect(lackOf(taken)).toBeUndefined();
      expect(planAt(taken, NOW)).toEqual({ dnskeys: [ksk.id, zsk.id], signers: [zsk.id] });
      expect(signingPlan(taken, true).ds).toEqual([ksk]);
      expect(taken.progress).toMatchObject({ signed: NOW, serial: 0, wanted: [{ keys: [ksk.id] }] });
    }
  });

  it('in the middle of a roll-over does not sign with a key alone that resolvers may not know', () => {
    const taken = takeOver(
      nothing,
      [
        { key: ksk, times: since(100 * DAY) },
        { key: zsk, times: since(90 * DAY) },
        { key: zsk2, times: { publish: NOW - HOUR, activate: NOW + DAY } },
      ],
      NOW,
    );
    const all = [ksk.id, zsk.id, zsk2.id];
    const going = { ...taken, keys: taken.keys.map((key) => (key.id === zsk.id ? retired(key) : key)) };
    expect(planAt(going, NOW)).toEqual({ dnskeys: all, signers: [zsk.id] });
    expect(planAt(going, NOW + 25 * HOUR)).toEqual({ dnskeys: all, signers: [zsk2.id] });
  });

  it('keeps a key that is over until its signatures are forgotten', () => {
    const taken = takeOver(
      nothing,
      [
        { key: ksk, times: {} },
        { key: zsk, times: { ...since(90 * DAY), inactive: NOW - HOUR, delete: NOW + 30 * DAY } },
        { key: zsk2, times: since(30 * DAY) },
      ],
      NOW,
    );
    expect(taken.keys.map(({ goal }) => goal)).toEqual(['use', 'retire', 'use']);
    expect(planAt(taken, NOW)).toEqual({ dnskeys: [ksk.id, zsk.id, zsk2.id], signers: [zsk2.id] });
    expect(planAt(taken, NOW + 25 * HOUR)).toEqual({ dnskeys: [ksk.id, zsk2.id], signers: [zsk2.id] });
  });

  it('says what its keys lack', () => {
    const lack = (running: RunningKey[]): string | undefined => lackOf(takeOver(nothing, running, NOW));
    expect(lack([{ key: ksk, times: {} }])).toContain('signs the other records');
    expect(lack([{ key: zsk, times: {} }])).toContain('signs the DNSKEY records');
    expect(
      lack([
        { key: csk, times: {} },
        { key: zsk, times: {} },
      ]),
    ).toContain('algorithm 13');
    expect(lack([{ key: csk, times: { publish: NOW + 1 } }])).toContain('none of the keys is published');
  });

  it('never breaks, whatever the times of its keys are', () => {
    const moment = fc.option(fc.integer({ min: NOW - 3 * DAY, max: NOW + 3 * DAY }), { nil: undefined });
    const anyTimes = fc
      .record({ publish: moment, activate: moment, inactive: moment, delete: moment })
      .map((times) => Object.fromEntries(Object.entries(times).filter(([, at]) => at !== undefined)) as BindTimes);
    const keys = [ksk, zsk, zsk2, csk];
    fc.assert(
      fc.property(fc.tuple(anyTimes, anyTimes, anyTimes, anyTimes), fc.nat(5 * DAY), (times, later) => {
        const taken = takeOver(
          nothing,
          keys.map((key, at) => ({ key, times: times[at] as BindTimes })),
          NOW,
        );
        fc.pre(lackOf(taken) === undefined);
        const before = taken.progress?.chain;
        const after = advance(taken, policy, NOW + later, facts);
        const { dnskeys, zoneSigners } = signingPlan(after, true);
        const ids = (list: readonly ZoneKey[]) => list.map(({ id }) => id);
        const index = new Map(keys.map((key) => [key.id, key]));
        // What is served then validates with what anybody may have cached, unless the cached parts alone did not.
        for (const ds of before?.ds ?? []) {
          expect(validates(ds.keys, ids(dnskeys), ids(zoneSigners), index)).toBe(true);
          for (const { keys: cached, until } of before?.dnskey ?? []) {
            if (until !== undefined && until <= NOW + later) continue;
            const signers = before?.signatures.at(-1)?.keys ?? [];
            if (validates(ds.keys, cached, signers, index)) {
              expect(validates(ds.keys, cached, ids(zoneSigners), index)).toBe(true);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a key whose files say when its use ends', () => {
  const rolling = {
    ...usualPolicy,
    dnskeyTtl: HOUR,
    propagation: HOUR,
    rollover: { csk: undefined, ksk: undefined, zsk: undefined },
    keys: 'ksk+zsk',
  } as const;
  const ending = { ...since(90 * DAY), inactive: NOW + 5 * DAY };

  it('is due to be rolled over so early that the next one is known by then', () => {
    const taken = takeOver(
      nothing,
      [
        { key: ksk, times: since(90 * DAY) },
        { key: zsk, times: ending },
      ],
      NOW,
    );
    expect(nextRoll(taken, rolling, NOW)).toBe(NOW + 5 * DAY - 3 * HOUR);
    expect(dueRolls(taken, rolling, NOW + 5 * DAY - 3 * HOUR - 1)).toEqual([]);
    expect(dueRolls(taken, rolling, NOW + 5 * DAY - 3 * HOUR)).toEqual(['zsk']);
    const kept = readZoneKeys(printZoneKeys(taken), zone, 'keys.json');
    expect(kept.keys).toEqual(taken.keys);
    // Without another key it is used on: a zone without signatures would help nobody.
    expect(mergeKeys(taken, undefined, NOW + 50 * DAY, HOUR).keys).toEqual(taken.keys);
  });

  it('goes by itself where it has a successor', () => {
    const times = { publish: NOW - HOUR, activate: NOW + 4 * DAY };
    const running = [
      { key: ksk, times: since(90 * DAY) },
      { key: zsk, times: ending },
      { key: zsk2, times },
    ];
    const taken = takeOver(nothing, running, NOW);
    expect(nextRoll(taken, rolling, NOW)).toBeUndefined();
    const at = (time: number) => mergeKeys(taken, undefined, time, HOUR);
    expect(planAt(at(NOW + 5 * DAY - 1), NOW + 5 * DAY - 1).signers).toContain(zsk.id);
    expect(at(NOW + 5 * DAY).keys.find(({ id }) => id === zsk.id)?.goal).toBe('retire');
    expect(planAt(at(NOW + 5 * DAY), NOW + 5 * DAY).signers).toEqual([zsk2.id]);
  });
});
