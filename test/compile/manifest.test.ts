import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest, ManifestZone, ReleaseFile } from '../../src/compile/manifest.ts';
import { allFiles, manifestEntry, printFrom, printManifest, readManifest } from '../../src/compile/manifest.ts';
import { readManifestAfter } from '../../src/compile/manifest-after.ts';
import { ManifestError } from '../../src/compile/manifest-fields.ts';
import type { DomainName } from '../../src/dns/name.ts';
import type { Serial } from '../../src/dns/serial.ts';

const hex = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((all) => all.join(''));
const files: fc.Arbitrary<ReleaseFile> = fc.record({
  path: fc.constantFrom('zones/a.zone', 'zones/b.zone', 'nodes/n1/zones/a.zone', 'zones/=22"ü.zone'),
  sha256: hex(64),
  size: fc.nat(),
});
const zones: fc.Arbitrary<ManifestZone> = fc.record({
  apex: fc.constantFrom(
    '.',
    'example.com.',
    '__proto__.',
    'a\\"b.example.',
    '0/25.2.0.192.in-addr.arpa.',
  ) as fc.Arbitrary<DomainName>,
  serial: fc.integer({ min: 0, max: 0xffffffff }) as fc.Arbitrary<number> as fc.Arbitrary<Serial>,
  serialFrom: fc.constantFrom('history', 'previous', 'clock', 'document', 'signing'),
  commit: fc.option(hex(40)),
  source: hex(64),
  content: hex(64),
  signing: fc.option(hex(64)),
  dsOf: fc.uniqueArray(fc.constantFrom('a.example.', '__proto__.') as fc.Arbitrary<DomainName>),
  records: fc.nat(),
  signaturesExpire: fc.option(fc.constant('2026-11-22T00:00:00Z')),
  files: fc.uniqueArray(files, { selector: ({ path }) => path }),
});
const manifests: fc.Arbitrary<Manifest> = fc.record({
  generator: fc.constant('zonewright 1.0.0'),
  commit: fc.option(hex(64)),
  dirty: fc.boolean(),
  files: fc.uniqueArray(files, { selector: ({ path }) => path }),
  zones: fc
    .uniqueArray(zones, { selector: ({ apex }) => apex })
    .map((all) => new Map(all.map((zone) => [zone.apex, manifestEntry(zone)]))),
});

describe('the manifest', () => {
  it('is read the same with another one at hand', () => {
    const plain = (manifest: Manifest) => ({
      ...manifest,
      zones: [...manifest.zones].map(([apex, { line, zone }]) => [apex, line, zone]),
    });
    fc.assert(
      fc.property(manifests, manifests, fc.array(fc.boolean()), (one, other, shared) => {
        const mixed = new Map([...one.zones].filter((_, i) => shared[i] !== true));
        for (const [apex, entry] of other.zones) if (!mixed.has(apex)) mixed.set(apex, entry);
        const text = printManifest({ ...other, zones: mixed });
        const known = readManifest(printManifest(one)).zones;
        expect(plain(readManifest(text, known))).toEqual(plain(readManifest(text)));
        const damaged = text.replace(',\n    {"zone"', ',\n{"zone"');
        expect(plain(readManifest(damaged, known))).toEqual(plain(readManifest(damaged)));
      }),
    );
  });

  it('reads what it prints, and prints the same whatever the order', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const text = printManifest(manifest);
        const read = readManifest(text);
        expect(printManifest(read)).toBe(text);
        expect([...read.zones.keys()]).toEqual([...manifest.zones.keys()].sort());
        const turned = {
          ...manifest,
          zones: new Map([...manifest.zones].reverse()),
          files: [...manifest.files].reverse(),
        };
        expect(printManifest(turned)).toBe(text);
      }),
    );
  });

  it('prints the same from the text of one with the same zones', () => {
    fc.assert(
      fc.property(manifests, manifests, fc.array(fc.boolean()), (before, other, changed) => {
        const zones = new Map(
          [...before.zones].map(([apex, entry], i) => [
            apex,
            changed[i] === true ? (other.zones.get(apex) ?? entry) : entry,
          ]),
        );
        const differ = [...zones.keys()].filter((_, i) => changed[i] === true);
        const after: Manifest = { ...other, zones };
        const text = printManifest(before);
        expect(printFrom({ manifest: before, text }, after, differ)).toBe(printManifest(after));
      }),
    );
  });

  it('is read the same after another one with the same zones, and says which zones differ', () => {
    fc.assert(
      fc.property(manifests, manifests, fc.array(fc.boolean()), (before, other, changed) => {
        const zones = new Map(
          [...before.zones].map(([apex, entry], i) => {
            const fresh = { ...(other.zones.values().next().value?.zone ?? entry.zone), apex };
            return [apex, changed[i] === true ? manifestEntry(fresh) : entry];
          }),
        );
        const octets = Buffer.from(printManifest({ ...other, zones }));
        const known = Buffer.from(printManifest(before));
        const after = readManifestAfter(octets, { octets: known, manifest: readManifest(known.toString()) });
        const whole = readManifest(octets.toString());
        if (zones.size === 0) expect(after).toBeUndefined();
        else {
          expect({ ...after?.manifest, zones: [] }).toEqual({ ...whole, zones: [] });
          const plain = (all: Manifest['zones']) => [...all].map(([apex, { line, zone }]) => [apex, line, zone]);
          expect(plain(after?.manifest.zones ?? new Map())).toEqual(plain(whole.zones));
          const differ = [...zones].filter(([apex, { line }]) => before.zones.get(apex)?.line !== line);
          expect(new Set(after?.differ)).toEqual(new Set(differ.map(([apex]) => apex)));
        }
      }),
    );
  });

  it('is read as a whole where zones have come or gone', () => {
    fc.assert(
      fc.property(manifests, manifests, (before, after) => {
        const names = (manifest: Manifest) => [...manifest.zones.keys()].sort().join();
        fc.pre(names(before) !== names(after));
        const known = Buffer.from(printManifest(before));
        const manifest = readManifest(known.toString());
        expect(readManifestAfter(Buffer.from(printManifest(after)), { octets: known, manifest })).toBeUndefined();
      }),
    );
  });

  it('is what its schema says', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const schema = JSON.parse(readFileSync(new URL('../../schemas/manifest.schema.json', import.meta.url), 'utf8'));
    const validate = ajv.compile(schema);
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(validate(JSON.parse(printManifest(manifest))), JSON.stringify(validate.errors)).toBe(true);
      }),
    );
  });

  it('has one line for each zone', () => {
    const lines = printManifest(fc.sample(manifests, { numRuns: 1, seed: 7 })[0] as Manifest).split('\n');
    for (const line of lines.filter((each) => each.includes('"serial"'))) {
      expect(JSON.parse(line.trim().replace(/,$/, ''))).toHaveProperty('content_sha256');
    }
  });

  const good = JSON.parse(
    printManifest({
      generator: 'zonewright 1.0.0',
      commit: null,
      dirty: false,
      files: [{ path: 'nameservers/nsd.conf', sha256: '0'.repeat(64), size: 1 }],
      zones: new Map([
        [
          'example.com.' as DomainName,
          manifestEntry({
            apex: 'example.com.' as DomainName,
            serial: 1 as Serial,
            serialFrom: 'history',
            commit: null,
            source: '1'.repeat(64),
            content: '2'.repeat(64),
            signing: null,
            dsOf: [],
            records: 3,
            signaturesExpire: null,
            files: [{ path: 'zones/example.com.zone', sha256: '3'.repeat(64), size: 100 }],
          }),
        ],
      ]),
    }),
  ) as { zones: Record<string, unknown>[]; files: Record<string, unknown>[] } & Record<string, unknown>;

  it.each<[string, (data: typeof good) => void]>([
    [
      'another version',
      (data) => {
        data.format_version = '2.0';
      },
    ],
    [
      'no version',
      (data) => {
        delete data.format_version;
      },
    ],
    [
      'zones as a map',
      (data) => {
        data.zones = {} as never;
      },
    ],
    [
      'a serial that is text',
      (data) => {
        data.zones[0]!.serial = '1';
      },
    ],
    [
      'a serial over 32 bits',
      (data) => {
        data.zones[0]!.serial = 0x100000000;
      },
    ],
    [
      'an unknown origin',
      (data) => {
        data.zones[0]!.serial_from = 'oracle';
      },
    ],
    [
      'a relative zone name',
      (data) => {
        data.zones[0]!.zone = 'example.com';
      },
    ],
    [
      'a zone name in upper case',
      (data) => {
        data.zones[0]!.zone = 'Example.com.';
      },
    ],
    [
      'a path upwards',
      (data) => {
        data.files[0]!.path = 'zones/../../etc/passwd';
      },
    ],
    [
      'an absolute path',
      (data) => {
        data.files[0]!.path = '/etc/passwd';
      },
    ],
    [
      'a short digest',
      (data) => {
        data.files[0]!.sha256 = 'abc';
      },
    ],
    [
      'a commit that is none',
      (data) => {
        data.commit = '--help';
      },
    ],
  ])('refuses %s', (_, spoil) => {
    const data = structuredClone(good);
    expect(() => allFiles(readManifest(JSON.stringify(data)))).not.toThrow();
    spoil(data);
    expect(() => allFiles(readManifest(JSON.stringify(data)))).toThrow(ManifestError);
  });

  it('refuses a damaged line when it is read', () => {
    const text = printManifest(readManifest(JSON.stringify(good)));
    for (const spoilt of [text.replace('"serial":1', '"serial":-1'), text.replace('"records":3,', '"records":3')]) {
      expect(() => allFiles(readManifest(spoilt))).toThrow(ManifestError);
    }
  });

  it('says what a line is about, and how many records it has, without reading it', () => {
    fc.assert(
      fc.property(zones, (zone) => {
        const made = manifestEntry(zone);
        const whole = { generator: 'test', commit: null, dirty: false, files: [], zones: new Map([[zone.apex, made]]) };
        const read = readManifest(printManifest(whole)).zones.get(zone.apex) as typeof made;
        const { source, content, signing } = zone;
        for (const entry of [made, read]) {
          expect(entry.isMadeFrom(zone)).toBe(true);
          expect(entry.isMadeFrom({ source: content, content: source, signing })).toBe(source === content);
          expect(entry.isMadeFrom({ source, content, signing: 'f'.repeat(64) })).toBe(signing === 'f'.repeat(64));
          expect(entry.records).toBe(zone.records);
        }
      }),
    );
  });

  it('refuses what is no JSON', () => {
    for (const text of [
      '',
      '[]',
      '"x"',
      'null',
      '{',
      printManifest(readManifest(JSON.stringify(good))).slice(0, -20),
    ]) {
      expect(() => readManifest(text)).toThrow(ManifestError);
    }
  });
});
