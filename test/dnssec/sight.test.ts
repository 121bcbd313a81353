import { describe, expect, it } from 'vitest';
import { keyTag } from '../../src/dns/dnssec/dnskey.ts';
import { dsOf } from '../../src/dns/dnssec/ds.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Octets, octets, u8, u16 } from '../../src/dns/octets.ts';
import { keyId, type ZoneKey } from '../../src/dnssec/key.ts';
import { sightOf } from '../../src/dnssec/sight.ts';

const zone = parseName('example.com.');

function key(seed: string, goal: ZoneKey['goal'] = 'use'): ZoneKey {
  const dnskey = octets(u16(257) + u8(3) + u8(13) + seed.repeat(64));
  const tag = keyTag(dnskey);
  return { id: keyId(13, tag), zone, role: 'csk', algorithm: 13, tag, dnskey, created: 0, goal };
}

const [a, b, c] = [key('a'), key('b', 'retire'), key('c')];
const dsAll = [dsOf(zone, a.dnskey, 2), dsOf(zone, a.dnskey, 4), dsOf(zone, b.dnskey, 2)];

describe('what is seen at the parent', () => {
  it('is told in terms of the keys, retired ones too', () => {
    expect(sightOf(zone, [a, b, c], { ds: dsAll, ttl: 3600 }, 1000)).toEqual({
      kind: 'sight',
      sight: { keys: [a.id, b.id], at: 1000, ttl: 3600, by: 'query' },
    });
    expect(sightOf(zone, [a], { ds: [], ttl: 300 }, 1000)).toMatchObject({
      kind: 'sight',
      sight: { keys: [], ttl: 300 },
    });
  });

  it('is foreign where a DS is of no key', () => {
    const seen = sightOf(zone, [a, c], { ds: dsAll, ttl: 3600 }, 1000);
    expect(seen).toMatchObject({ kind: 'foreign', ds: [dsAll[2]] });
    expect(seen).toHaveProperty(
      'message',
      `the parent of example.com. has a DS of ${b.id}, which is no key of the zone`,
    );
  });

  it('is foreign where a DS has the tag of a key, but not its digest', () => {
    const wrong = octets(`${dsAll[0]?.slice(0, -1)}\0`) as Octets;
    expect(sightOf(zone, [a], { ds: [wrong], ttl: 3600 }, 1000)).toMatchObject({ kind: 'foreign', ds: [wrong] });
    expect(sightOf(parseName('example.net.'), [a], { ds: dsAll.slice(0, 1), ttl: 1 }, 1)).toHaveProperty(
      'kind',
      'foreign',
    );
  });
});
