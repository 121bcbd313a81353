import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DomainName, isBelow, labelCount, parentName, parseName } from '../../../src/dns/name.ts';
import { shapeOf } from '../../../src/zone/checks/shape.ts';
import type { Zone } from '../../../src/zone/zone.ts';
import { zoneOf } from './fixture.ts';

const label = fc.constantFrom('a', 'b', 'c', '*', 'a\\.b');
const relative = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const entry = fc.tuple(
  relative,
  fc.constantFrom('A: 192.0.2.1', 'NS: x.example.net.', 'DNAME: x.example.net.', 'ALIAS: x.example.net.'),
);
const document = fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 8 });

function read(entries: readonly [string, string][], name = 'example.com'): Zone {
  const lines = entries.map(([owner, record]) => `  '${owner}': { ${record} }`);
  return zoneOf(`records:\n  "@": { NS: ns1.example.net. }\n${lines.join('\n')}\n`, name);
}

/** All names that the zone has data at, told by looking at each. */
function owners(zone: Zone): DomainName[] {
  return [...zone.names.keys(), ...zone.aliases.map(({ owner }) => owner)];
}

/** The nearest name strictly above that satisfies a test, told by climbing. */
function climb(name: DomainName, zone: Zone, found: (name: DomainName) => boolean): DomainName | undefined {
  let above = name === zone.apex ? undefined : parentName(name);
  while (above !== undefined && !found(above)) above = above === zone.apex ? undefined : parentName(above);
  return above;
}

describe('shapeOf', () => {
  it('tells what a look at every name tells', () => {
    fc.assert(
      fc.property(document, relative, (entries, asked) => {
        const zone = read(entries);
        const shape = shapeOf(zone);
        const name = parseName(asked, zone.apex);
        const has = (type: number) => (each: DomainName) =>
          zone.names.get(each)?.some((rrset) => rrset.type === type) === true;
        const isCut = (each: DomainName): boolean => each !== zone.apex && has(2)(each);
        const exists = (each: DomainName): boolean =>
          owners(zone).some((owner) => owner === each || isBelow(owner, each));
        expect(shape.cutAbove(name)).toBe(climb(name, zone, isCut));
        expect(shape.cutAtOrAbove(name)).toBe(isCut(name) ? name : climb(name, zone, isCut));
        expect(shape.dnameAbove(name)).toBe(climb(name, zone, has(39)));
        expect([...shape.cuts].sort()).toEqual(owners(zone).filter(isCut).sort());
        expect(shape.exists(name)).toBe(exists(name));
        const encloser = climb(name, zone, exists);
        const wildcard = owners(zone).find((owner) => owner === `*.${encloser}`);
        expect(shape.wildcardFor(name)).toBe(exists(name) ? undefined : wildcard);
      }),
      { numRuns: 500 },
    );
  });

  it('knows nothing of names outside the zone', () => {
    const shape = shapeOf(
      read([
        ['a', 'NS: x.example.net.'],
        ['*', 'A: 192.0.2.1'],
      ]),
    );
    const outside = parseName('x.a.example.org.');
    expect([shape.cutAtOrAbove(outside), shape.exists(outside), shape.wildcardFor(outside)]).toEqual([
      undefined,
      false,
      undefined,
    ]);
  });

  it('takes the root zone', () => {
    const zone = read(
      [
        ['com', 'NS: x.example.net.'],
        ['*', 'A: 192.0.2.1'],
      ],
      '',
    );
    const shape = shapeOf(zone);
    expect(labelCount(zone.apex)).toBe(0);
    expect(shape.cutAbove(parseName('www.example.com.'))).toBe('com.');
    expect(shape.wildcardFor(parseName('org.'))).toBe('*.');
  });

  it('counts what could not be read as there', () => {
    const zone = zoneOf('records:\n  "@": { NS: ns1.example.net. }\n  www: { A: 192.0.2.999 }\n');
    expect(shapeOf(zone).exists(parseName('www', zone.apex))).toBe(true);
  });
});
