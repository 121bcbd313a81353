import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import type { Version } from '../../src/dnssec/chain.ts';
import { dsForParent } from '../../src/dnssec/ds-data.ts';
import { generateKey } from '../../src/dnssec/generate.ts';
import type { KeyId, ZoneKey } from '../../src/dnssec/key.ts';
import { signingPlan } from '../../src/dnssec/rollover/plan.ts';
import { needsOf, withoutKey } from '../../src/dnssec/without-key.ts';
import type { ZoneKeys } from '../../src/dnssec/zone-keys.ts';

const zone = parseName('example.com.');
const request = { zone, role: 'csk', algorithm: 13, rsaBits: 0, now: 0 } as const;
const { key: old } = await generateKey(request, []);
const { key: next } = await generateKey(request, [old]);
const going: ZoneKey = { ...old, goal: 'retire' };

const version = (keys: readonly KeyId[], until?: number): Version => ({ keys, since: 0, until, ttl: 60 });

/** A zone in the middle of a roll-over, whose parent was asked for these DS and has those. */
function rolling(asked: readonly KeyId[], existing: readonly KeyId[]): ZoneKeys {
  const chain = { ds: [version(existing)], dnskey: [version([old.id, next.id])], signatures: [version([next.id])] };
  const wanted = [{ keys: asked, since: 0 }];
  return {
    zone,
    keys: [going, next],
    parent: undefined,
    progress: { chain, wanted, times: new Map(), signed: 0, serial: 1 },
  };
}

describe('the DS that the parent is to have', () => {
  it('are at first those of the keys that are to be used', () => {
    expect(dsForParent({ keys: [going, next], progress: undefined }, true)).toEqual([next]);
    expect(dsForParent(rolling([], []), true)).toEqual([next]);
  });

  it('are in the middle of a roll-over those that it was asked for, and none where they are to go', () => {
    expect(dsForParent(rolling([old.id], [old.id]), true)).toEqual([going]);
    expect(dsForParent(rolling([next.id], [old.id]), true)).toEqual([next]);
    expect(dsForParent(rolling([], [old.id]), true)).toEqual([]);
  });

  it('are none for a zone that is not to be signed any more, as soon as the parent has none', () => {
    expect(dsForParent(rolling([], []), false)).toEqual([]);
    expect(dsForParent(rolling([old.id], []), false)).toEqual([going]);
    expect(signingPlan(rolling([], []), false).dsToCome).toEqual([]);
  });
});

describe('a key is needed', () => {
  it('while its DS, its DNSKEY or its signatures may be known anywhere', () => {
    const keys = rolling([next.id], [old.id]);
    expect(needsOf(keys, old.id, 100)).toEqual([
      'has a DS at the parent, or may have one',
      'is among the DNSKEY records of the zone',
    ]);
    const { chain, wanted } = keys.progress as NonNullable<ZoneKeys['progress']>;
    const cached = {
      ds: [version([old.id], 150), version([next.id])],
      dnskey: [version([old.id, next.id], 160), version([next.id])],
      signatures: [version([old.id], 170), ...chain.signatures],
    };
    const later = { ...keys, progress: { chain: cached, wanted, times: new Map(), signed: 0, serial: 1 } };
    expect(needsOf(later, old.id, 100)).toEqual([
      'has a DS in caches until 1970-01-01T00:02:30Z',
      'is among the DNSKEY records that caches have until 1970-01-01T00:02:40Z',
      'has signed records that caches have until 1970-01-01T00:02:50Z',
    ]);
    expect(needsOf(later, old.id, 170)).toEqual([]);
    expect(needsOf({ ...later, parent: { keys: [old.id], at: 1, ttl: 1, by: 'query' } }, old.id, 170)).toHaveLength(1);
  });

  it('nowhere once it was removed', () => {
    const rest = withoutKey(rolling([old.id], [old.id]), old.id);
    expect(rest.keys).toEqual([next]);
    expect(needsOf(rest, old.id, 0)).toEqual([]);
    expect(rest.dropped).toEqual([old.id]);
    expect(JSON.stringify({ ...rest, dropped: [] })).not.toContain(old.id);
  });
});
