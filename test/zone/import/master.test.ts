import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { fromText, octets } from '../../../src/dns/octets.ts';
import { readConfig } from '../../../src/zone/config.ts';
import { formatDocument } from '../../../src/zone/format/format.ts';
import { importedDocument } from '../../../src/zone/import/document.ts';
import { importMaster } from '../../../src/zone/import/master.ts';
import { readZone } from '../../../src/zone/read.ts';
import { writeDocument } from '../../../src/zone/write.ts';

const apex = parseName('example.com.');
const { config } = readConfig(undefined);
const noInclude = () => ({ message: 'no', fix: 'none' });
const START = '$TTL 1h\n@ SOA ns1.example.net. hostmaster.example.net. 7 4h 1h 2w 1h\n@ NS ns1.example.net.\n';

function read(text: string, zone: typeof apex | 'unsaid' = apex) {
  return importMaster({ name: 'db', octets: fromText(text) }, zone === 'unsaid' ? undefined : zone, noInclude);
}

/** The document that a master file becomes; it must be read without errors and stand in the layout of the formatter. */
function documentOf(text: string): string {
  const { zone, findings } = read(text);
  if (zone === undefined) throw new Error(JSON.stringify(findings));
  const written = writeDocument(importedDocument(zone, undefined).document);
  const reading = readZone({ path: 'zones/example.com.yaml', text: written }, apex, {
    config,
    template: () => undefined,
  });
  expect(reading.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(formatDocument(written, { sort: false })).toEqual({ kind: 'formatted', text: written });
  return written;
}

function rules(text: string, zone: typeof apex | 'unsaid' = apex): string[] {
  return read(text, zone).findings.map(({ severity, rule, place }) => `${place.line} ${severity} ${rule}`);
}

describe('a master file', () => {
  it('becomes what a person would write, in its own order', () => {
    expect(
      documentOf(`;
; Zone of the sales department.
;   Ask Paula before you touch it.
;

;; Moved here in 2019.
$TTL 1h   ; one hour
@       IN SOA ns1.example.net. Paula\\.P.example.net. (
                2025110301 ; serial
                4h         ; refresh
                1h 2w 1h ) ; and the rest
; the servers
        IN NS   ns1.example.net.
        IN NS   ns2.example.net.  ; in the cellar
        IN MX   10 mx
        IN TXT  "v=spf1 mx -all"
www     IN CNAME @
; ---- the shop ----

; moved in October
shop    300 IN A 192.0.2.60
        300 IN A 192.0.2.61 ; second
                            ; rack
; its texts
        TXT "plain"
        TXT ( "two" ; odd
              "strings" )
mx      A 192.0.2.1
; nothing more
`),
    ).toBe(`# Zone of the sales department.
# Ask Paula before you touch it.
#
# Moved here in 2019.

ttl: 1h
soa:
  primary: ns1.example.net.
  contact: Paula.P@example.net
  refresh: 4h
  retry: 1h
  expire: 2w
  minimum: 1h
  serial_after: 2025110301
records:
  # the servers
  "@":
    NS:
      - ns1.example.net.
      - ns2.example.net.  # in the cellar
    MX: 10 mx
    TXT: v=spf1 mx -all
  www: { CNAME: "@" }
  # ---- the shop ----
  #
  # moved in October
  shop:
    A:
      ttl: 5m
      values:
        - 192.0.2.60
        - 192.0.2.61  # second
    # rack
    # its texts
    TXT:
      - plain
      - '"two" "strings"'  # odd
  mx: { A: 192.0.2.1 }
  # nothing more
`);
  });

  it('keeps the comments of a record that is there twice', () => {
    expect(documentOf(`${START}www A 192.0.2.1 ; one\n; again\nwww A 192.0.2.1 ; two\n`)).toContain(
      '  # again\n  www:\n    A: 192.0.2.1  # one two\n',
    );
  });

  it('gives the zone the TTL that most RRsets have, of two the smaller', () => {
    expect(documentOf(`${START}a 5m A 192.0.2.1\nb 5m A 192.0.2.1\n`)).toMatch(
      /^ttl: 5m\nsoa:(\n {2}.*)*\n {2}ttl: 1h\n/,
    );
    expect(documentOf(`${START}a 5m A 192.0.2.1\n`)).toMatch(/^ttl: 5m\n/);
  });

  it('writes addresses of mail where an RNAME is one', () => {
    const contact = (rname: string): string | undefined =>
      /contact: (.*)/.exec(documentOf(`@ 1h SOA ns. ${rname} 1 2 3 4 5\n@ 1h NS ns.\n`))?.[1]?.replace(/,.*/, '');
    expect(contact('a.b.')).toBe('a@b');
    expect(contact('a\\.b.c.')).toBe('a.b@c');
    expect(contact('admin.')).toBe('admin.');
    expect(contact('.')).toBe('.');
    expect(contact('a\\@b.c.')).toBe('a\\064b.c.');
    expect(contact(`${'a\\.'.repeat(3)}.c.`)).toBe('a\\.a\\.a\\..c.');
  });

  it('takes timers of 32 bits', () => {
    expect(documentOf('@ 1h SOA . . 4294967295 4294967295 3000000000 0 4294967295\n@ 1h NS ns.\n')).toContain(
      'refresh: 4294967295',
    );
  });

  it('comes signed as it is, with its serial and without TTLs of signatures', () => {
    const signature = (type: string) => `RRSIG ${type} 13 2 60 20300101000000 20290101000000 1 @ AAAA`;
    const signed = `${START}@ ${signature('SOA')}\n@ ${signature('NS')}\nwww 60 A 192.0.2.1\nwww 60 ${signature('A')}\n`;
    const text = documentOf(signed);
    expect(text).toContain('  serial: 7\ndnssec: presigned\n');
    expect(text).not.toContain('serial_after');
    expect(text).toContain('    RRSIG: A 13');
    expect(rules(signed)).toEqual([]);
    expect(rules(signed.replace('www 60 RRSIG', 'www 61 RRSIG'))).toEqual(['1 warning ttl-mismatch']);
  });

  it.each([
    ['@ NSEC3PARAM 1 0 0 -', 'serial_after'],
    ['www RRSIG A 13 2 60 20300101000000 20290101000000 1 @ AAAA', 'serial_after'],
  ])('is not signed because there is a stray %s', (record, serial) => {
    const text = documentOf(`${START}${record}\n`);
    expect(text).toContain(serial);
    expect(text).not.toContain('presigned');
  });

  it.each([
    ['www A 192.0.2.1\n', ['1 error no-ttl']],
    ['www 1h A 192.0.2.1\n', ['1 error import-no-soa']],
    [`${START}@ SOA ns1.example.net. hostmaster.example.net. 8 4h 1h 2w 1h\n`, ['1 error import-several-soas']],
    [`${START}@ SOA ns1.example.net. hostmaster.example.net. 7 4h 1h 2w 1h\n`, []],
    [`${START}www A\n`, ['4 error rdata-missing-field']],
    [`${START}www.example.org. A 192.0.2.1\n`, ['4 warning out-of-zone']],
    [`${START}www NOPE x\n`, ['4 error unknown-type']],
  ])('%j: %j', (text, expected) => {
    const found = rules(text);
    for (const each of expected) expect(found).toContain(each);
    const refused = expected.some((each) => each.includes('error'));
    expect(read(text).zone === undefined).toBe(refused);
    if (expected.length === 0) expect(found).toEqual([]);
  });

  it('says itself which zone it is, or that it does not', () => {
    expect(read(`$ORIGIN example.org.\n${START}`, 'unsaid').zone?.apex).toBe('example.org.');
    expect(read('x.org. 1h SOA a. b. 1 2 3 4 5\nx.org. 1h NS a.\n', 'unsaid').zone?.apex).toBe('x.org.');
    expect(rules(START, 'unsaid')).toContain('1 error import-zone-name');
    expect(rules('', 'unsaid')).toEqual(['1 error import-zone-name']);
  });

  it('never fails on octets, and what it takes is a document', () => {
    const line = fc.constantFrom(
      'www A 192.0.2.1',
      '__proto__ TXT "constructor"',
      '\\.\\. A 192.0.2.1 ; ..',
      '*.a.b MX 0 .',
      '"a b" TXT x',
      '; # : { [ & * ! | > % @',
      '\\000\\255\\010 TXT "\\000\\255\\010"',
      '$ORIGIN sub',
      'x ( ; open\n TXT a )',
      'a 0 IN A 192.0.2.9',
      ' AAAA ::',
      'u TXT ü😀',
      'q TXT \\"q\\"',
    );
    const noise = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: line }, noise), { maxLength: 8 }), (lines) => {
        const file = { name: 'db', octets: octets(Buffer.from(`${START}${lines.join('\n')}\n`).toString('latin1')) };
        const { zone, findings } = importMaster(file, apex, noInclude);
        if (zone === undefined) {
          expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
          return;
        }
        const text = writeDocument(importedDocument(zone, undefined).document);
        const source = { path: 'zones/example.com.yaml', text };
        const reading = readZone(source, apex, { config, template: () => undefined });
        expect(reading.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(formatDocument(text, { sort: false })).toEqual({ kind: 'formatted', text });
      }),
      { numRuns: 500 },
    );
  });
});
