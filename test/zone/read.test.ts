import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName, ROOT } from '../../src/dns/name.ts';
import { readConfig } from '../../src/zone/config.ts';
import type { Edit } from '../../src/zone/finding.ts';
import { readZone } from '../../src/zone/read.ts';
import { findRRset, valueAt } from '../../src/zone/zone.ts';
import { documentNames, findingLines, fixture, readText, zoneLines } from './fixtures.ts';

const { config } = readConfig(undefined);

function rules(text: string): string[] {
  return readText(text).findings.map(({ rule }) => rule);
}

describe('readZone', () => {
  it('knows the place of every owner, type and value', () => {
    const text =
      'records:\n  www:\n    A: [192.0.2.1, { value: 192.0.2.2, nodes: fra1 }]\n    MX: { values: [10 mail] }\n';
    const { zone } = readText(text);
    const a = findRRset(zone as NonNullable<typeof zone>, parseName('www.example.com.'), 1);
    expect(a).toMatchObject({ ownerAt: text.indexOf('www'), typeAt: text.indexOf('A:') });
    expect(a?.valuesAt).toEqual([text.indexOf('192.0.2.1'), text.indexOf('{ value')]);
    expect(a?.options).toEqual([undefined, { nodes: ['fra1'], proxied: false }]);
    const mx = findRRset(zone as NonNullable<typeof zone>, parseName('www.example.com.'), 15);
    expect(mx && valueAt(mx, 0)).toBe(text.indexOf('10 mail'));
    expect(mx && valueAt(mx, 1)).toBeUndefined();
    expect(mx?.options).toBeUndefined();
  });

  it('gives the same zone whatever the order of names, types and keys', () => {
    const forwards = 'ttl: 5m\nsoa: { primary: a }\nrecords:\n  "@": { NS: a, MX: 10 b }\n  a: { A: 192.0.2.1 }\n';
    const backwards = 'records:\n  a: { A: 192.0.2.1 }\n  "@": { MX: 10 b, NS: a }\nsoa: { primary: a }\nttl: 5m\n';
    expect(zoneLines(readText(backwards).zone).sort()).toEqual(zoneLines(readText(forwards).zone).sort());
  });

  it('takes the first of the NS in canonical order as primary server where none is given', () => {
    const { zone } = readText('records: { "@": { NS: [ns2.example.net., b.example.com., ns1] } }');
    expect(zoneLines(zone)[0]).toBe(
      'example.com. 3600 SOA b.example.com. hostmaster.example.com. 0 14400 3600 1209600 3600',
    );
  });

  it('reads zones with names of every kind', () => {
    const text = 'records:\n  "@": { NS: ns.example.net. }\n  1: { PTR: host.example.net. }\n';
    const apexes = [
      '.',
      'com.',
      '2.0.192.in-addr.arpa.',
      '0/25.2.0.192.in-addr.arpa.',
      'xn--bcher-kva.example.',
      'a\\.b.example.',
    ];
    for (const name of apexes) {
      const { zone, findings } = readText(text, parseName(name));
      expect(findings).toEqual([]);
      expect(zone?.apex).toBe(name);
      expect([...(zone?.names.keys() ?? [])]).toEqual([name, name === '.' ? '1.' : `1.${name}`]);
    }
  });

  it('has room for hostmaster in no name of 255 octets', () => {
    const long = parseName(`${`${'a'.repeat(62)}.`.repeat(4)}b.`);
    const { zone } = readText('records: { "@": { NS: ns.example.net. } }', long);
    expect(zoneLines(zone)[0]).toContain(` SOA ns.example.net. ${long} 0 `);
  });

  it('keeps what is right of a name and says of which names something is missing', () => {
    const { zone, findings } = readText(
      'records:\n  www: { A: [192.0.2.1, x], AAAA: y }\n  ftp: { A: 192.0.2.2 }\n  bad: { A: z }\n',
    );
    expect(findings.map(({ rule }) => rule)).toEqual(['ipv4-syntax', 'ipv6-syntax', 'ipv4-syntax']);
    expect(zoneLines(zone).slice(1)).toEqual([
      'www.example.com. 3600 A 192.0.2.1',
      'ftp.example.com. 3600 A 192.0.2.2',
    ]);
    expect([...(zone?.unreadable ?? [])]).toEqual(['www.example.com.', 'bad.example.com.']);
    expect(findings[0]).toMatchObject({ zone: 'example.com.', owner: 'www.example.com.', type: 'A' });
  });

  it('gives no zone where entries are lost to a fault of the syntax, but what else is wrong', () => {
    const { zone, findings } = readText('records:\n  www: { A: [192.0.2.1 }\n  ftp: { A: x }\n');
    expect(zone).toBeUndefined();
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['ipv4-syntax', 'yaml-syntax']);
  });

  it('reads the same through the careful reader of YAML as through the fast one', () => {
    for (const name of documentNames('good')) {
      const source = fixture(`good/${name}`);
      const fast = readText(source);
      // An anchor anywhere takes the whole document to the careful reader.
      const careful = readText({ path: source.path, text: source.text.replace(/\r?\n?$/, ' # &\n') });
      expect(zoneLines(careful.zone)).toEqual(zoneLines(fast.zone));
    }
    const linked = 'records:\n  a: &x { A: [192.0.2.1], TXT: "x" }\n  b: *x\n  c: { A: 192.0.2.300 }\n';
    const { zone, findings } = readText(linked);
    expect(zoneLines(zone).slice(1)).toEqual([
      'a.example.com. 3600 A 192.0.2.1',
      'a.example.com. 3600 TXT "x"',
      'b.example.com. 3600 A 192.0.2.1',
      'b.example.com. 3600 TXT "x"',
    ]);
    expect(findings.map(({ rule }) => rule)).toEqual(['ipv4-syntax']);
  });
});

describe('hostile input', () => {
  it('takes no key for a property', () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];
    const { zone, findings } = readText(`records:\n${keys.map((key) => `  ${key}: { TXT: x }`).join('\n')}\n`);
    expect(findings).toEqual([]);
    expect(zone?.names.size).toBe(keys.length + 1);
    for (const key of keys) {
      expect(rules(`${key}: x\nrecords: { a: { TXT: x } }\n`)).toEqual(['unknown-key']);
      expect(rules(`soa: { ${key}: x }\nrecords: { a: { TXT: x } }\n`)).toEqual(['unknown-key']);
      expect(rules(`records: { a: { ${key}: x } }\n`)).toEqual(['unknown-type']);
      expect(rules(`records: { a: { MX: { ${key}: x } } }\n`)).toEqual(['unknown-key']);
      expect(rules(`records: { a: { A: 192.0.2.1, waive: { ${key}: x } } }\n`)).toEqual(['unknown-rule']);
      expect(rules(`checks: { ${key}: off }\nrecords: { a: { TXT: x } }\n`)).toEqual(['unknown-rule']);
      expect(rules(`use: { template: dkim, vars: { selector: a, ${key}: x } }\n`)).toEqual(['template-variable']);
    }
  });

  it('lists a thousand findings of a file and counts the others', () => {
    const names = Array.from({ length: 1500 }, (_, i) => `  n${i}: { A: x }`);
    const { findings } = readText(`records:\n${names.join('\n')}\n`);
    expect(findings).toHaveLength(1001);
    expect(findings.at(-1)).toMatchObject({
      rule: 'too-many-findings',
      severity: 'error',
      message: 'there are 500 more findings in zones/example.com.yaml, the first of them here',
      place: { line: 1002, column: 15 },
    });
  });

  it('finds the one bad record of a big zone', () => {
    const names = Array.from(
      { length: 100_000 },
      (_, i) => `  n${i}: { A: 10.${i >> 16}.${(i >> 8) & 255}.${i & 255} }`,
    );
    names[77_777] = '  n77777: { A: 10.1.2.256 }';
    const { zone, findings } = readText(`records:\n${names.join('\n')}\n`);
    expect(zone?.names.size).toBe(100_000);
    expect(findingLines(findings)).toContain('zones/example.com.yaml:77779:16-77779:26: error ipv4-syntax');
    expect(findings).toHaveLength(1);
  });

  it('refuses an RRset that fits in no answer', () => {
    const values = Array.from({ length: 4200 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    expect(rules(`records: { a: { A: [${values.join(', ')}] } }`)).toEqual(['rrset-size']);
    expect(rules(`records: { a: { A: [${values.slice(0, 4000).join(', ')}] } }`)).toEqual([]);
    expect(rules('generate: [{ range: 1-5000, name: a, type: A, value: "10.0.0.${' + 'i}" }]')).toContain(
      'ipv4-syntax',
    );
  });

  it('reads scalars of a megabyte', () => {
    const long = 'x'.repeat(1_000_000);
    expect(rules(`records: { a: { TXT: ${long} } }`)).toEqual(['rdata-length']);
    expect(rules(`records: { a: { A: ${long} } }`)).toEqual(['ipv4-syntax']);
    expect(rules(`records: { ${long.slice(0, 900)}: { A: 192.0.2.1 } }`)).toEqual(['label-length']);
    expect(rules(`${long.slice(0, 900)}: 1`)).toEqual(['unknown-key']);
    const { findings } = readText(`records: { a: { CNAME: ${long} } }`);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message.length).toBeLessThan(200);
  });

  it('generates within bounds', () => {
    const entry = (range: string): string => `{ range: ${range}, name: "a\${i}", type: TXT, value: x }`;
    expect(rules(`generate: ${entry('1-65536')}`)).toEqual([]);
    expect(rules(`generate: ${entry('1-65537')}`)).toEqual(['generate-limit']);
    expect(rules(`generate: ${entry('0-2147483647')}`)).toEqual(['generate-limit']);
    expect(rules(`generate: ${entry('0-2147483647/65536')}`)).toEqual([]);
    expect(rules(`generate: ${entry('0-2147483648')}`)).toEqual(['generate-syntax']);
    expect(rules(`generate: ${entry('1-5/0')}`)).toEqual(['generate-syntax']);
  });

  it('never throws and never depends on chance, whatever the text', () => {
    const samples = [
      ...documentNames('good').map((name) => `good/${name}`),
      ...documentNames('bad').map((name) => `bad/${name}`),
    ];
    const texts = samples.map((path) => fixture(path).text).filter((text) => text.length < 20_000);
    const mutated = fc
      .tuple(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 5 }),
      )
      .map(([text, changes]) =>
        changes.reduce((all, [at, length, put]) => {
          const start = at % (all.length + 1);
          return all.slice(0, start) + put + all.slice(start + length);
        }, text),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
        const source = { path: 'zones/x.yaml', text };
        const once = readText(source);
        expect(readText({ ...source })).toEqual({
          ...once,
          zone: once.zone === undefined ? undefined : expect.anything(),
        });
        for (const { place, message, fix } of once.findings) {
          expect(place.line).toBeGreaterThan(0);
          expect(message.length * fix.length).toBeGreaterThan(0);
          expect(message).not.toMatch(/[\x00-\x1f]/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('edits of findings', () => {
  it.each(documentNames('bad'))('repair what they are for in %s', (name) => {
    const source = fixture(`bad/${name}`);
    const before = readText(source).findings;
    for (const { rule, edits, place, message } of before) {
      if (edits === undefined || place.file !== source.path) continue;
      const text = applied(source.text, edits);
      const after = readText({ path: source.path, text }).findings;
      const left = after.filter(
        (each) => each.rule === rule && each.message === message && each.place.line === place.line,
      );
      const was = before.filter(
        (each) => each.rule === rule && each.message === message && each.place.line === place.line,
      );
      expect(left.length, `${rule}: ${message}`).toBeLessThan(was.length);
    }
  });
});

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: put }) => all.slice(0, start) + put + all.slice(end), text);
}

describe('the configuration', () => {
  it('names the policies that a zone can be signed by', () => {
    const strict = readConfig({ path: 'zonewright.yaml', text: 'dnssec: { policies: { strict: {} } }\n' }).config;
    const read = (text: string): string[] =>
      readZone({ path: 'zones/example.com.yaml', text: `${text}\nrecords: { a: { A: 192.0.2.1 } }\n` }, ROOT, {
        config: strict,
        template: () => undefined,
      }).findings.map(({ fix }) => fix);
    expect(read('dnssec: strict')).toEqual([]);
    expect(read('dnssec: default')).toEqual([]);
    expect(read('dnssec: false')).toEqual([]);
    expect(read('dnssec: strikt')).toEqual(['write strict if that is meant']);
    expect(read('dnssec: other')).toEqual(['name a policy of zonewright.yaml (default, strict), presigned or false']);
    expect(config.policies.size).toBe(1);
  });
});
