import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DomainName, nameFromLabels, parseName } from '../../src/dns/name.ts';
import { comparableRdata, rdataFromText, rdataToText, typeName } from '../../src/dns/rdata.ts';
import type { RRset } from '../../src/dns/rrset.ts';
import { types } from '../../src/dns/types/list.ts';
import { readConfig } from '../../src/zone/config.ts';
import { formatDocument } from '../../src/zone/format/format.ts';
import { readZone } from '../../src/zone/read.ts';
import { type NewDocument, noteKey, writeDocument } from '../../src/zone/write.ts';

const apex = parseName('example.com.');
const { config } = readConfig(undefined);

function document(names: ReadonlyMap<DomainName, readonly RRset[]>, more: Partial<NewDocument> = {}): NewDocument {
  return {
    apex,
    ttl: 3600,
    soa: new Map(),
    settings: new Map(),
    names,
    aliases: [],
    comments: new Map(),
    notes: new Map(),
    schema: undefined,
    ...more,
  };
}

function rrset(owner: DomainName, type: number, ttl: number, texts: readonly string[]): RRset {
  const rdatas = new Map(
    texts.map((text) => rdataFromText(type, text, apex)).map((rdata) => [comparableRdata(type, rdata), rdata]),
  );
  return { owner, type, ttl, rdatas: [...rdatas.values()] };
}

function show(names: ReadonlyMap<DomainName, readonly RRset[]>): string[] {
  return [...names.values()]
    .flat()
    .filter(({ type }) => type !== 6)
    .flatMap(({ owner, ttl, type, rdatas }) =>
      rdatas.map((rdata) => `${owner} ${ttl} ${typeName(type)} ${rdataToText(type, rdata)}`),
    )
    .sort();
}

describe('a written document', () => {
  it('is what a person would write', () => {
    const www = parseName('www', apex);
    const names = new Map<DomainName, RRset[]>([
      [www, [rrset(www, 5, 3600, ['@'])]],
      [
        apex,
        [
          rrset(apex, 16, 3600, ['"v=spf1 mx -all"', '"two" "strings"', `"${'x'.repeat(255)}" "y"`]),
          rrset(apex, 2, 3600, ['ns1.example.net.', 'ns2.example.net.']),
          rrset(apex, 15, 300, ['10 mail', '20 deep.mail', '30 mx.example.org.']),
        ],
      ],
    ]);
    const comments = new Map<DomainName | undefined, string[]>([
      [undefined, ['the zone']],
      [www, ['the web']],
    ]);
    const notes = new Map([[noteKey(apex, 2, rdataFromText(2, 'ns2.example.net.')), 'over there']]);
    const aliases = [{ owner: parseName('shop', apex), ttl: 60, target: 'shop.example.org.' }];
    const settings = {
      soa: new Map([
        ['primary', 'ns1.example.net.'],
        ['contact', 'hostmaster@example.net'],
      ]),
      comments,
      notes,
      aliases,
      schema: '../schema.json',
    };
    expect(writeDocument(document(names, settings))).toBe(
      `# yaml-language-server: $schema=../schema.json
# the zone
ttl: 1h
soa: { primary: ns1.example.net., contact: hostmaster@example.net }
records:
  "@":
    NS:
      - ns1.example.net.
      - ns2.example.net.  # over there
    MX: { ttl: 5m, values: [10 mail, 20 deep.mail.example.com., 30 mx.example.org.] }
    TXT:
      - v=spf1 mx -all
      - '"two" "strings"'
      - ${'x'.repeat(255)}y
  shop:
    ALIAS: { ttl: 1m, value: shop.example.org. }
  # the web
  www: { CNAME: "@" }
`,
    );
  });

  it('lets no comment of a source end its line', () => {
    const comments = new Map<DomainName | undefined, string[]>([[apex, ['a\nrecords: {}', '\x85b\u2028c\r']]]);
    const text = writeDocument(document(new Map([[apex, [rrset(apex, 1, 3600, ['192.0.2.1'])]]]), { comments }));
    expect(text.match(/records/g)?.length).toBe(2);
    expect(readZone({ path: 'x', text }, apex, { config, template: () => undefined }).findings).toEqual([]);
  });

  const known = types.filter((type) => !['SOA', 'NULL'].includes(type.name));
  const label = fc.oneof(
    fc.stringMatching(/^[a-z0-9_-]{1,10}$/),
    fc.constantFrom(
      '*',
      '__proto__',
      'constructor',
      '@',
      'records',
      '010',
      'no',
      '1e3',
      'xn--bcher-kva',
      'a.b',
      "it's",
      '"',
      '#',
      ': ',
      '-',
      '~',
      'null',
    ),
    fc.uint8Array({ minLength: 1, maxLength: 8 }).map((octets) => Buffer.from(octets).toString('latin1').toLowerCase()),
  );
  const owner = fc.array(label, { maxLength: 3 }).map((labels) => nameFromLabels([...labels, 'example', 'com']));
  const set = fc
    .tuple(fc.constantFrom(...known), fc.constantFrom(0, 60, 3600, 86400, 2147483647), fc.nat())
    .map(([type, ttl, seed]) => ({ type, ttl, texts: type.examples.filter((_, i) => ((seed >> i) & 1) === 0) }));
  const zone = fc
    .array(fc.tuple(owner, fc.uniqueArray(set, { selector: ({ type }) => type.code, minLength: 1, maxLength: 4 })), {
      maxLength: 6,
    })
    .map((owners) => {
      const names = new Map<DomainName, RRset[]>();
      for (const [name, sets] of owners) {
        const rrsets = sets
          .filter(({ texts }) => texts.length > 0)
          .map(({ type, ttl, texts }) => rrset(name, type.code, type.name === 'RRSIG' ? 3600 : ttl, texts));
        if (rrsets.length > 0) names.set(name, rrsets);
      }
      return names;
    });

  it('reads back as the same records and stands in canonical layout', () => {
    fc.assert(
      fc.property(zone, (names) => {
        const text = writeDocument(document(names));
        const { zone: read, findings } = readZone({ path: 'zones/example.com.yaml', text }, apex, {
          config,
          template: () => undefined,
        });
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(show(read?.names ?? new Map())).toEqual(show(names));
        expect(formatDocument(text, { sort: false })).toEqual({ kind: 'formatted', text });
        expect(formatDocument(text, { sort: true })).toEqual({ kind: 'formatted', text });
      }),
      { numRuns: 300 },
    );
  });
});
