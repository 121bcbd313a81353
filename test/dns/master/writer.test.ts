import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ZoneRRsets } from '../../../src/dns/master/collect.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import { masterChunks, masterText, rrsetsInOrder } from '../../../src/dns/master/writer.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { domainToWire, labelsOf, nameFromLabels, parseName, ROOT } from '../../../src/dns/name.ts';
import type { Rdata } from '../../../src/dns/octets.ts';
import { octets, toBuffer, u16 } from '../../../src/dns/octets.ts';
import { comparableRdata, rdataFromText, typeCode } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import { types } from '../../../src/dns/types/list.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { APEX, namedReads, recordLines } from './named.ts';

const code = (type: string): number => typeCode(type) as number;

function rrset(owner: DomainName, type: string, rdatas: readonly string[], ttl = 3600): RRset {
  return { owner, type: code(type), ttl, rdatas: rdatas.map((text) => rdataFromText(code(type), text, APEX)) };
}

function zoneOf(...rrsets: readonly RRset[]): ZoneRRsets {
  const zone: ZoneRRsets = new Map();
  for (const each of rrsets) zone.set(each.owner, [...(zone.get(each.owner) ?? []), each]);
  return zone;
}

function write(zone: ZoneRRsets, apex: DomainName = APEX, defaultTtl = 3600): string {
  return masterText({ apex, defaultTtl, rrsets: rrsetsInOrder(apex, zone) });
}

/** Every record with its octets as they are, in an order of its own. */
function contents(zone: ZoneRRsets): string[] {
  const all = [...zone.values()].flat();
  return all
    .flatMap(({ owner, type, ttl, rdatas }) =>
      rdatas.map((rdata) => `${owner} ${ttl} ${type} ${toBuffer(rdata).toString('hex')}`),
    )
    .sort();
}

const name = (text: string): DomainName => parseName(text, APEX);
const start = (apex: DomainName): RRset[] => [
  { ...rrset(apex, 'SOA', ['ns.example.net. h.example.net. 1 2 3 4 5']), owner: apex },
  { ...rrset(apex, 'NS', ['ns.example.net.']), owner: apex },
];

describe('a written zone', () => {
  it('reads well', () => {
    const zone = zoneOf(
      rrset(name('www'), 'CNAME', ['@']),
      rrset(name('api'), 'A', ['192.0.2.11', '192.0.2.2'], 60),
      rrset(name('a.rather.long.name.that.needs.more.room'), 'TXT', ['"two" "strings; \\"quoted\\""']),
      rrset(name('a.rather.long.name.that.needs.more.room'), 'AAAA', ['2001:db8::1'], 86400),
      rrset(name('*.apps'), 'HTTPS', ['1 . alpn="h2"']),
      rrset(APEX, 'MX', ['20 mail.example.net.', '10 mail', '10 Mail2.Example.COM.']),
      rrset(APEX, 'NS', ['ns2.example.net.', 'ns1']),
      rrset(APEX, 'SOA', ['ns1 hostmaster 2026010101 4h 1h 2w 90s']),
      rrset(name('x'), 'TYPE65280', ['\\# 2 00ff']),
      rrset(name('\\$ttl'), 'WALLET', ['"BTC" "x"']),
    );
    expect(write(zone)).toBe(`$ORIGIN example.com.
$TTL 3600
@                               SOA     ns1 hostmaster (
                                        2026010101   ; serial
                                        14400        ; refresh (4h)
                                        3600         ; retry (1h)
                                        1209600      ; expire (2w)
                                        90 )         ; minimum
@                               NS      ns1
@                               NS      ns2.example.net.
@                               MX      10 mail
@                               MX      10 Mail2.Example.COM.
@                               MX      20 mail.example.net.
\\$ttl                           TYPE262 \\# 6 034254430178
api                     60      A       192.0.2.2
api                     60      A       192.0.2.11
*.apps                          HTTPS   1 . alpn="h2"
a.rather.long.name.that.needs.more.room TXT "two" "strings; \\"quoted\\""
a.rather.long.name.that.needs.more.room 86400 AAAA 2001:db8::1
www                             CNAME   @
x                               TYPE65280 \\# 2 00ff
`);
  });

  it('puts signatures behind what they sign', () => {
    const signature = (type: string) => `${type} 13 2 60 20300101000000 20240101000000 1 @ ${'A'.repeat(86)}==`;
    const zone = zoneOf(
      rrset(APEX, 'RRSIG', [signature('NS')]),
      rrset(APEX, 'RRSIG', [signature('SOA')]),
      rrset(APEX, 'A', ['192.0.2.1']),
      ...start(APEX).toReversed(),
    );
    const typesOf = rrsetsInOrder(APEX, zone).map(({ type }) => type);
    expect(typesOf).toEqual([code('SOA'), code('RRSIG'), code('NS'), code('RRSIG'), code('A')]);
  });

  it('changes in one line for one record, and not at all for the order in which it was put together', () => {
    const hosts = Array.from({ length: 50 }, (_, i) => rrset(name(`h${i}`), 'A', [`192.0.2.${i}`, `198.51.100.${i}`]));
    const before = write(zoneOf(...start(APEX), ...hosts)).split('\n');
    expect(write(zoneOf(...hosts.toReversed(), ...start(APEX).toReversed())).split('\n')).toEqual(before);
    const long = rrset(name('a-name-that-is-longer-than-all-others-by-far'), 'A', ['192.0.2.1']);
    const after = write(zoneOf(long, ...start(APEX), ...hosts)).split('\n');
    expect(after.filter((line) => !before.includes(line))).toHaveLength(1);
    expect(after).toHaveLength(before.length + 1);
  });

  it('comes in pieces', () => {
    const hosts = Array.from({ length: 20_000 }, (_, i) => rrset(name(`h${i}`), 'A', ['192.0.2.1']));
    const zone = { apex: APEX, defaultTtl: 3600, rrsets: hosts };
    const chunks = [...masterChunks(zone)];
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks.join('')).toBe(masterText(zone));
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(70_000);
  });
});

const oddLabel = fc.oneof(
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 10 }),
  fc.uint8Array({ minLength: 1, maxLength: 63 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    'in',
    'a',
    'txt',
    '300',
    '1h',
    'class1',
    'type1',
    '$ttl',
    '$origin',
    '@',
    '*',
    '\\',
    '#',
    '""',
    ';',
    '(',
  ),
);
const oddName = (apex: DomainName) =>
  fc
    .array(oddLabel, { maxLength: 3 })
    .map((labels) => [...labels, ...labelsOf(apex)])
    .filter((labels) => labels.reduce((sum, label) => sum + label.length + 1, 1) <= 255)
    .map(nameFromLabels);

const ofExamples = types
  .filter(({ name: type }) => !['MD', 'MF', 'SOA'].includes(type))
  .flatMap((type) => type.examples.map((text) => ({ type: type.code, rdata: rdataFromText(type.code, text, APEX) })));

const record = (apex: DomainName) =>
  fc.oneof(
    fc.constantFrom(...ofExamples),
    fc.uint8Array({ minLength: 0, maxLength: 60 }).map((bytes) => ({
      type: code('TXT'),
      rdata: octets(String.fromCharCode(bytes.length) + Buffer.from(bytes).toString('latin1')),
    })),
    fc
      .uint8Array({ maxLength: 20 })
      .map((bytes) => ({ type: 65280, rdata: octets(Buffer.from(bytes).toString('latin1')) })),
    fc.oneof(oddName(apex), oddName(ROOT)).map((target) => ({ type: code('PTR'), rdata: domainToWire(target) })),
    fc.tuple(fc.nat(65535), oddName(apex)).map(([preference, target]) => ({
      type: code('MX'),
      rdata: octets(u16(preference) + domainToWire(target).replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())),
    })),
  );

/** Zones in which everything may stand, some of it in no real one. */
const zones = fc.constantFrom('example.com.', '.', 'a\\.b.', 'in.', '2.0.192.in-addr.arpa.').chain((text) => {
  const apex = parseName(text);
  const entry = fc.tuple(oddName(apex), fc.nat(2_147_483_647), fc.array(record(apex), { minLength: 1, maxLength: 5 }));
  return fc.array(entry, { maxLength: 12 }).map((entries) => {
    const zone: ZoneRRsets = new Map([[apex, start(apex)]]);
    for (const [owner, ttl, records] of entries) {
      if (zone.has(owner)) continue;
      const byType = new Map<string, { type: number; rdatas: Rdata[] }>();
      for (const { type, rdata } of records) {
        const key = type === code('RRSIG') || type === code('SIG') ? `${type} ${rdata.slice(0, 2)}` : `${type}`;
        const rdatas = byType.get(key)?.rdatas ?? [];
        if (!rdatas.some((each) => comparableRdata(type, each) === comparableRdata(type, rdata))) rdatas.push(rdata);
        byType.set(key, { type, rdatas });
      }
      zone.set(
        owner,
        [...byType.values()].map((each) => ({ owner, ttl, ...each })),
      );
    }
    return { apex, zone };
  });
});

describe('any zone', () => {
  it('is read back as it was, octet by octet', () => {
    fc.assert(
      fc.property(zones, fc.nat(2_147_483_647), ({ apex, zone }, defaultTtl) => {
        const text = write(zone, apex, defaultTtl);
        expect(text).toMatch(/^[\n -~]*$/);
        const { rrsets, problems } = readRRsets({ name: 'x', octets: octets(text) }, { apex });
        expect(problems).toEqual([]);
        expect(contents(rrsets)).toEqual(contents(zone));
        expect(write(rrsets, apex, defaultTtl)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  /** Names of every octet alone, in front, behind and between, and those that look like something else. */
  function oddZone(apex: DomainName): ZoneRRsets {
    const labels = [
      'in',
      'a',
      'ns',
      '300',
      '1h',
      'class1',
      'type1',
      '$origin',
      '$ttl',
      '$include',
      '""',
      '\\#',
      '#',
      'a b',
    ];
    labels.push(
      '()',
      'a\nb A 192.0.2.1',
      '$generate',
      '${0,1}',
      'any',
      'ch',
      '--',
      '..',
      '\\\\',
      '\\046',
      '%2e%2e',
      '__proto__',
    );
    for (let c = 0; c < 256; c++) {
      const char = String.fromCharCode(c);
      labels.push(char, `${char}x`, `x${char}`, `x${char}x`);
    }
    const zone = zoneOf(...start(apex));
    for (const label of labels) {
      const owner = nameFromLabels([label, ...labelsOf(apex)]);
      if (zone.has(owner)) continue;
      const string = octets(String.fromCharCode(label.length) + label);
      const mail = octets(u16(10) + domainToWire(owner));
      zone.set(owner, [
        { owner, type: code('TXT'), ttl: 60, rdatas: [string] },
        { owner, type: code('MX'), ttl: 3600, rdatas: [mail, octets(`${u16(11)}${string}\x07example\0`)] },
      ]);
    }
    return zone;
  }

  it.skipIf(needs('named-compilezone'))('of odd names means the same to named', async () => {
    for (const text of ['example.com.', 'a\\.b.', 'in.']) {
      const apex = parseName(text);
      const zone = oddZone(apex);
      expect(await namedReads(octets(write(zone, apex)), apex)).toEqual(recordLines(zone, apex));
    }
  });

  it.skipIf(needs('kzonecheck', 'nsd-checkzone', 'ldns-read-zone'))(
    'of odd names is loaded by the others',
    async () => {
      const zone = oddZone(APEX);
      const text = write(zone);
      await inFile(text, async (file) => {
        expect(await runTool('kzonecheck', ['-o', 'example.com.', file])).toMatchObject({ status: 0 });
        expect(await runTool('ldns-read-zone', [file])).toMatchObject({ status: 0 });
        const nsd = await runTool('nsd-checkzone', ['-p', 'example.com', file]);
        const back = readRRsets({ name: 'nsd', octets: octets(nsd.stdout) }, { apex: APEX, origin: ROOT });
        expect(back.errors).toBe(0);
        expect(recordLines(back.rrsets)).toEqual(recordLines(zone));
      });
    },
  );

  it.skipIf(needs('named-compilezone', 'kzonecheck', 'nsd-checkzone', 'ldns-read-zone'))(
    'of all types is loaded by all',
    async () => {
      // ldns reads no CSYNC without types, and with named no IPSECKEY without a key.
      const refused = new Set([
        rdataFromText(code('CSYNC'), '0 0'),
        rdataFromText(code('IPSECKEY'), '10 1 0 192.0.2.38'),
      ]);
      const left = ofExamples.filter(({ rdata }) => !refused.has(rdata));
      const owners = left.map(({ type, rdata }, i) => {
        const owner = name(type === code('NSEC3') ? `${'0'.repeat(29)}${100 + i}` : `x${i}`);
        return { owner, type, ttl: 3600, rdatas: [rdata] };
      });
      const zone = zoneOf(...start(APEX), ...owners);
      const text = write(zone);
      await inFile(text, async (file) => {
        expect(await runTool('kzonecheck', ['-d', 'off', '-o', 'example.com.', file])).toMatchObject({ status: 0 });
        expect(await runTool('ldns-read-zone', [file])).toMatchObject({ status: 0 });
        expect(await runTool('nsd-checkzone', ['example.com', file])).toMatchObject({ status: 0 });
      });
      expect(await namedReads(octets(text))).toEqual(recordLines(zone));
    },
  );
});

async function inFile(text: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zone-'));
  try {
    const file = join(folder, 'test.zone');
    writeFileSync(file, text, 'latin1');
    await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
