import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DomainName, nameFromLabels, parseName } from '../../src/dns/name.ts';
import { comparableRdata, rdataFromText, rdataToText, typeName } from '../../src/dns/rdata.ts';
import type { RRset } from '../../src/dns/rrset.ts';
import { types } from '../../src/dns/types/list.ts';
import { readConfig } from '../../src/zone/config.ts';
import { formatDocument } from '../../src/zone/format/format.ts';
import { readZone } from '../../src/zone/read.ts';
import { type NewDocument, type OwnerComments, writeDocument } from '../../src/zone/write.ts';

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
    header: [],
    comments: new Map(),
    tail: [],
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

/** The comments around a value, or above a type. */
function around(
  type: number,
  text: string | undefined,
  above: readonly string[],
  behind = '',
): OwnerComments['around'][number] {
  return { type, rdata: text === undefined ? undefined : rdataFromText(type, text, apex), above, behind };
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
    const comments = new Map<DomainName, OwnerComments>([
      [www, { above: ['the web', '', 'Paula'], around: [] }],
      [
        apex,
        {
          above: [],
          around: [
            around(15, undefined, ['mail']),
            around(2, 'ns2.example.net.', [], 'over there'),
            around(16, '"v=spf1 mx -all"', ['senders']),
          ],
        },
      ],
    ]);
    const aliases = [{ owner: parseName('shop', apex), ttl: 60, target: 'shop.example.org.' }];
    const settings = {
      soa: new Map([
        ['primary', 'ns1.example.net.'],
        ['contact', 'hostmaster@example.net'],
      ]),
      header: ['the zone', '', 'of a shop'],
      comments,
      tail: ['the end'],
      aliases,
      schema: '../schema.json',
    };
    expect(writeDocument(document(names, settings))).toBe(
      `# yaml-language-server: $schema=../schema.json

# the zone
#
# of a shop

ttl: 1h
soa: { primary: ns1.example.net., contact: hostmaster@example.net }
records:
  "@":
    NS:
      - ns1.example.net.
      - ns2.example.net.  # over there
    # mail
    MX: { ttl: 5m, values: [10 mail, 20 deep.mail.example.com., 30 mx.example.org.] }
    TXT:
      # senders
      - v=spf1 mx -all
      - '"two" "strings"'
      - ${'x'.repeat(255)}y
  # the web
  #
  # Paula
  www: { CNAME: "@" }
  shop:
    ALIAS: { ttl: 1m, value: shop.example.org. }
  # the end
`,
    );
  });

  it('writes names in full where a relative one would look like the zone given twice', () => {
    const zone = parseName('rt.');
    const owner = parseName('rt.rt.');
    const deep = parseName('a.rt.rt.');
    const names = new Map<DomainName, RRset[]>([
      [owner, [{ owner, type: 5, ttl: 3600, rdatas: [rdataFromText(5, 'rt.rt.')] }]],
      [deep, [{ owner: deep, type: 5, ttl: 3600, rdatas: [rdataFromText(5, 'rt.')] }]],
    ]);
    const text = writeDocument({ ...document(names), apex: zone });
    expect(text).toContain('  rt.rt.: { CNAME: rt.rt. }\n  a.rt.rt.: { CNAME: "@" }\n');
    const { zone: read, findings } = readZone({ path: 'x', text }, zone, { config, template: () => undefined });
    expect(findings).toEqual([]);
    expect(show(read?.names ?? new Map())).toEqual(show(names));
  });

  it('lets no comment of a source end its line', () => {
    const odd = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
    const lines = ['a\nrecords: {}', '\x85b\u2028c\r', '\ud800', '\ufeff\uffff', odd, '\u{1f600} ü'];
    const comments = new Map([[apex, { above: lines, around: [around(1, '192.0.2.1', lines, odd)] }]]);
    const names = new Map([[apex, [rrset(apex, 1, 3600, ['192.0.2.1'])]]]);
    const text = writeDocument(document(names, { comments, header: lines, tail: lines }));
    expect(text).toContain('# \u{1f600} ü\n');
    const { zone, findings } = readZone({ path: 'x', text }, apex, { config, template: () => undefined });
    expect(findings).toEqual([]);
    expect(show(zone?.names ?? new Map())).toEqual(show(names));
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

  const lines = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 2 });
  /** A zone whose names, types and values have comments here and there, and an alias. */
  const commented = zone.chain((names) =>
    fc.tuple(
      fc.constant(names),
      fc.infiniteStream(fc.tuple(fc.nat(3), lines, fc.constantFrom('', 'x', 'a: b # c'))),
      fc.constantFrom(3600, 60),
    ),
  );

  it('reads back as the same records and stands in the layout that fmt gives', () => {
    fc.assert(
      fc.property(commented, ([names, stream, ttl]) => {
        const comments = new Map<DomainName, OwnerComments>();
        const next = (): [number, string[], string] => stream.next().value as [number, string[], string];
        for (const [owner, rrsets] of names) {
          const [, above] = next();
          const places = rrsets.flatMap(({ type, rdatas }) => [undefined, ...rdatas].map((rdata) => ({ type, rdata })));
          const some = places.flatMap((place) => {
            const [kind, found, behind] = next();
            return kind === 0 ? [{ ...place, above: found, behind: place.rdata === undefined ? '' : behind }] : [];
          });
          if (some.length > 0 || above.length > 0) comments.set(owner, { above, around: some });
        }
        const [first = apex] = names.keys();
        const aliases = [{ owner: first, ttl, target: 'other.example.org.' }];
        for (const more of [{}, { comments }, { comments, aliases, header: ['x'], tail: ['y'] }]) {
          const text = writeDocument(document(names, more));
          const { zone: read, findings } = readZone({ path: 'zones/example.com.yaml', text }, apex, {
            config,
            template: () => undefined,
          });
          expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
          expect(show(read?.names ?? new Map())).toEqual(show(names));
          expect(formatDocument(text, { sort: false })).toEqual({ kind: 'formatted', text });
        }
      }),
      { numRuns: 300 },
    );
  });
});
