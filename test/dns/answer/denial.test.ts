import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../../src/dns/answer/answer.ts';
import { serveZone, zoneSet } from '../../../src/dns/answer/served-zone.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { fromText } from '../../../src/dns/octets.ts';
import { costSince } from '../../setup/cost.ts';

const apex = parseName('example.');

function signedText(rfc: string): string {
  return readFileSync(new URL(`../dnssec/fixtures/${rfc}.zone`, import.meta.url), 'latin1');
}

function rrsetsOf(text: string) {
  return readRRsets({ name: 'example', octets: fromText(text) as Octets }, { apex }).rrsets;
}

describe.each(['rfc4035', 'rfc5155'])('proofs from a broken chain, %s', (rfc) => {
  const rrsets = rrsetsOf(signedText(rfc));
  const owners = [...rrsets.keys()].filter((owner) => owner !== apex);
  const names = fc.constantFrom(
    ...['nx', 'a.z.w', 'y.w', 'mc.c', 'mc.b', 'c', 'a.c.x.w'].map((name) => `${name}.example.` as DomainName),
    ...owners,
  );

  it('are given as far as it goes, and none of them twice', () => {
    fc.assert(
      fc.property(fc.subarray(owners), names, fc.constantFrom(1, 15, 43, 47, 50, 255), (left, name, type) => {
        const kept = new Map([...rrsets].filter(([owner]) => owner === apex || left.includes(owner)));
        const { authorities } = answer(zoneSet([serveZone(apex, kept)]), name, type, true);
        expect(new Set(authorities).size).toBe(authorities.length);
      }),
      { numRuns: 300 },
    );
  });
});

it('NSEC3 with more iterations than anybody follows are not worked out', () => {
  const rrsets = rrsetsOf(signedText('rfc5155').replaceAll(/( NSEC3(?:PARAM)? 1 [01]) 12 /g, '$1 65535 '));
  const name = parseName(`${'q.'.repeat(120)}example.`);
  const started = process.cpuUsage();
  const found = answer(zoneSet([serveZone(apex, rrsets)]), name, 1, true);
  expect(costSince(started)).toBeLessThan(200);
  expect(found.rcode).toBe(3);
  expect(found.authorities.map(({ type }) => type)).toEqual([6, 46]);
});
