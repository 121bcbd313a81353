import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import type { Version } from '../../../src/dnssec/chain.ts';
import { generateKey } from '../../../src/dnssec/generate.ts';
import { type KeyId, keyId, type ZoneKey } from '../../../src/dnssec/key.ts';
import { KeyStoreError } from '../../../src/dnssec/store/error.ts';
import { printZoneKeys, readZoneKeys } from '../../../src/dnssec/store/zone-keys-file.ts';
import type { KeyTimes, Progress, ZoneKeys } from '../../../src/dnssec/zone-keys.ts';

const zone = parseName('example.com.');
const made: ZoneKey[] = [];
for (const algorithm of [8, 10, 13, 14, 15, 16] as const) {
  for (const role of ['csk', 'ksk', 'zsk'] as const) {
    made.push((await generateKey({ zone, role, algorithm, rsaBits: 1024, now: 1_700_000_000 }, made)).key);
  }
}

const time = fc.integer({ min: 0, max: 253402300799 });
const seconds = fc.integer({ min: 0, max: 0xffffffff });
const id: fc.Arbitrary<KeyId> = fc
  .tuple(fc.constantFrom(8, 10, 13, 14, 15, 16), fc.integer({ min: 0, max: 0xffff }))
  .map(([algorithm, tag]) => keyId(algorithm, tag));
const ids = fc.uniqueArray(id, { maxLength: 4 });
const versions: fc.Arbitrary<Version[]> = fc.array(
  fc.record({ keys: ids, since: time, until: fc.option(time, { nil: undefined }), ttl: seconds }),
  { maxLength: 3 },
);
const times = fc.record(
  { published: time, ready: time, active: time, retired: time, removed: time },
  { requiredKeys: [] },
) as fc.Arbitrary<KeyTimes>;
const progress: fc.Arbitrary<Progress> = fc.record({
  chain: fc.record({ ds: versions, dnskey: versions, signatures: versions }),
  wanted: fc.array(fc.record({ keys: ids, since: time }), { minLength: 1, maxLength: 3 }),
  times: fc.uniqueArray(fc.tuple(id, times), { maxLength: 4, selector: ([each]) => each }).map((all) => new Map(all)),
  signed: time,
  serial: seconds,
});
const key = fc
  .record({
    key: fc.constantFrom(...made),
    created: time,
    goal: fc.constantFrom('use' as const, 'retire' as const),
    until: fc.option(time, { nil: undefined }),
  })
  .map(({ key: one, created, goal, until }): ZoneKey => {
    return { ...one, created, goal, ...(until !== undefined && { until }) };
  });
const zoneKeys: fc.Arbitrary<ZoneKeys> = fc.record({
  zone: fc.constant(zone),
  keys: fc.uniqueArray(key, { maxLength: 5, selector: (each) => each.id }),
  parent: fc.option(
    fc.record({ keys: ids, at: time, ttl: seconds, by: fc.constantFrom('query', 'operator', 'release') }),
    { nil: undefined },
  ),
  progress: fc.option(progress, { nil: undefined }),
  dropped: ids,
});

const schema = JSON.parse(readFileSync('schemas/zone-keys.schema.json', 'utf8'));
const isValid = new Ajv2020({ strict: false }).compile(schema);

describe('keys.json', () => {
  it('is read as it is written, and keeps to its schema', () => {
    fc.assert(
      fc.property(zoneKeys, (keys) => {
        const text = printZoneKeys(keys);
        expect({ dropped: [], ...readZoneKeys(text, zone, 'keys.json') }).toEqual(keys);
        expect(isValid(JSON.parse(text)), JSON.stringify(isValid.errors)).toBe(true);
      }),
    );
  });

  it('is refused as damaged where it is cut off, or anything is left out, added or of another kind', () => {
    const places = (data: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] =>
      typeof data !== 'object' || data === null
        ? [path]
        : [
            path,
            ...Object.entries(data).flatMap(([name, under]) =>
              places(under, [...path, Array.isArray(data) ? Number(name) : name]),
            ),
          ];
    fc.assert(
      fc.property(zoneKeys, fc.nat(), fc.constantFrom(7.5, 'x', true, { a: 1 }, 'DELETE', 'ADD'), (keys, at, wrong) => {
        const data = JSON.parse(printZoneKeys(keys));
        const all = places(data).filter((path) => path.length > 0 && path.at(-1) !== 'format_version');
        const path = all[at % all.length] as readonly (string | number)[];
        const under = path.slice(0, -1).reduce((each, step) => each[step], data);
        const last = path.at(-1) as string | number;
        // Left out of a list, or of the times, is something else, but nothing wrong; a key need not have an end, and none was dropped.
        const isOptional = last === 'dropped' || (path[0] === 'keys' && last === 'until');
        const needed = !Array.isArray(under) && !path.includes('times') && !isOptional;
        fc.pre(wrong !== 'DELETE' || needed);
        if (wrong === 'DELETE') delete under[last];
        else if (wrong === 'ADD') under[Array.isArray(under) ? under.length : '__more__'] = 'more';
        else under[last] = wrong;
        expect(() => readZoneKeys(JSON.stringify(data), zone, 'keys.json')).toThrow(KeyStoreError);
      }),
    );
    fc.assert(
      fc.property(zoneKeys, fc.double({ min: 0, max: 0.999, noNaN: true }), (keys, part) => {
        const text = printZoneKeys(keys).trimEnd();
        const cut = text.slice(0, Math.floor(text.length * part));
        expect(() => readZoneKeys(cut, zone, 'keys.json')).toThrow(/^keys\.json is damaged/);
      }),
    );
  });

  it('is refused where it is of another zone or a later format', () => {
    const text = printZoneKeys({ zone, keys: [], parent: undefined, progress: undefined });
    expect(() => readZoneKeys(text, parseName('example.org.'), 'keys.json')).toThrow('not about the zone example.org.');
    expect(() => readZoneKeys(text.replace('"1.0"', '"2.0"'), zone, 'keys.json')).toThrow('has format 2.0');
  });
});
