import { describe, expect, it } from 'vitest';
import { readFast } from '../../../src/zone/yaml/fast.ts';
import { readGeneral } from '../../../src/zone/yaml/general.ts';

/** A document with the shapes that the zone format has. */
const zone = `# yaml-language-server: $schema=../schemas/zone.schema.json
ttl: 1h                                   # default TTL of the zone
soa: { primary: ns1.example.net., contact: hostmaster@example.net }   # the rest has defaults
dnssec: default
use: [mail/google, { template: dkim, vars: { selector: k1 } }]
owners: [alice, web-team]
records:
  "@":                                    # the apex
    NS: [ns1.example.net., ns2.example.net.]
    A: 192.0.2.1
    AAAA: 2001:db8::1
    MX: [10 mail, 20 mail.backup.example.net.]
    TXT:
      - v=spf1 mx -all                    # plain text
      - '"two" "character strings"'       # presentation form
    CAA: 0 issue "letsencrypt.org"
  www: { CNAME: "@" }
  api:
    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }
  _sip._tcp: { SRV: 10 60 5060 sip }
  "*.apps": { CNAME: ingress }
  mail:
    MX: { values: [ { preference: 10, exchange: mail } ] }
  k8s:
    A: [ { value: 192.0.2.50, nodes: [fra1] }, { value: 192.0.2.51, nodes: [ams1] } ]
  cdn:
    A: { value: 203.0.113.5, proxied: true }
  legacy: { CNAME: other_host.example.net., waive: { underscore-in-host: "until 2027-03-01: vendor appliance" } }
  old:  { REDIRECT: "301 https://www.example.com/" }
  lab:
    A:
    - 192.0.2.60
    - value: 192.0.2.61
      nodes: [ams1]
    AAAA: ::1
    TXT: {
      ttl: 300,   # over several lines

      values: [
        "semi;colon \\"quoted\\" \\\\ \\u00e9\\n",
        'it''s',
      ]
    }
generate:
  - { range: 10-250, name: "dhcp-\${i}", type: A, value: "192.0.2.\${i}" }
`;

function reads(text: string): boolean {
  return readFast(text, [], undefined, undefined).done === true;
}

describe('fast reader', () => {
  it.each([
    ['LF', zone],
    ['CR LF', zone.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${zone}`],
    ['a document marker', `---\n${zone}`],
    ['no final line end', zone.trimEnd()],
    ['blank lines and spaces at line ends', zone.replaceAll('\n', '  \n\n')],
    ['a comment between all lines', zone.replaceAll('\n', '\n#A: 192.0.2.1\n')],
  ])('reads a zone document with %s and agrees with the general reader', (_, text) => {
    const fast = readFast(text, [], undefined, undefined);
    expect(fast).toEqual({ done: true, root: readGeneral(text, [], undefined) });
  });

  it.each([
    ['a reverse zone', 'records:\n  1: { PTR: a.example. }\n  254: { PTR: b.example. }\n'],
    ['scalars that look like other types', 'a: [012, no, ~, 1:30, 0x1f, .5, 2026-01-01]\n'],
    ['JSON', '{"records": {"@": {"A": ["192.0.2.1"]}, "www":{"TXT":"a"}}}\n'],
    ['indented maps', '  a:\n      b: c\n  d: e\n'],
    ['nested lists', '- - a\n  - b\n-\n  - c\n- - - d\n'],
    ['nothing but comments', '# a\n\n# b\n'],
    ['names of objects', '__proto__: {constructor: a}\n'],
    ['unusual but plain scalars', "a: b:c#d\ne: -f\ng: it's\nh: x [y] {z}, w\ni: ?j\nk: :l\n"],
    ['a closing brace below its key', 'a: {\n  b: c\n}\nd: [\n  e\n]\n'],
  ])('reads %s', (_, text) => {
    expect(reads(text)).toBe(true);
  });

  it.each([
    ['an anchor', 'a: &b c\n'],
    ['an alias', 'a: *b\n'],
    ['a tag', 'a: !!str b\n'],
    ['a literal block', 'a: |\n  b\n'],
    ['a folded block', 'a: >\n  b\n'],
    ['a plain scalar over lines', 'a: b\n  c\n'],
    ['a quoted scalar over lines', 'a: "b\n  c"\n'],
    ['a directive', '%YAML 1.2\n---\na: b\n'],
    ['a second document', 'a: b\n---\nc: d\n'],
    ['a document end', 'a: b\n...\n'],
    ['an explicit key', '? a\n: b\n'],
    ['an empty key', ': a\n'],
    ['a pair in a list', '[a: b]\n'],
    ['a map as a key', '{a: b}: c\n'],
    ['a tab', 'a:\tb\n'],
    ['a tab in a value', 'a: b\tc\n'],
    ['a rare escape', 'a: "\\e"\n'],
    ['a key over 1000 characters', `${'a'.repeat(1001)}: b\n`],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}\n`],
    ['two keys on a line', 'a: b: c\n'],
    ['something behind a value', 'a: "b" c\n'],
    ['a missing comma', 'a: [b {c: d}]\n'],
    ['a missing value', 'a: [b, , c]\n'],
    ['an unclosed bracket', 'a: [b\n'],
    ['an unclosed quote', 'a: "b\n'],
    ['an odd indentation', 'a:\n  b: c\n d: e\n'],
    ['a value and keys', 'a: b\n  c: d\n'],
    ['an item on the line of its key', 'a: - b\n'],
    ['a comment without space', 'a: "b"#c\n'],
    ['a reserved character', 'a: @b\n'],
  ])('steps aside for %s', (_, text) => {
    expect(reads(text)).toBe(false);
  });

  it('says where it stepped aside', () => {
    const text = 'a: b\nc: d\ne: *f\n';
    expect(readFast(text, [], undefined, undefined)).toEqual({ done: false, at: text.indexOf('*') });
  });

  it('reads 64 levels of lists, maps and both', () => {
    expect(reads(`${'['.repeat(64)}${']'.repeat(64)}\n`)).toBe(true);
    expect(reads(Array.from({ length: 64 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''))).toBe(true);
    expect(reads(`${'- '.repeat(64)}a\n`)).toBe(true);
  });
});
