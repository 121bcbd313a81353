import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DomainName, parseName } from '../../src/dns/name.ts';
import { copyTemplate, forZone, ownerIn, PLACEHOLDER, writeTemplate } from '../../src/zone/template-copy.ts';

const copyOf = (text: string): ReturnType<typeof copyTemplate> => copyTemplate({ path: 'templates/a.yaml', text });
const below = (label: string): DomainName => parseName(label, PLACEHOLDER);

describe('copies of templates', () => {
  const copy = {
    description: 'sample template: "1"',
    soa: new Map([
      ['primary', `ns.${PLACEHOLDER}`],
      ['refresh', '3600'],
    ]),
    records: [
      { owner: PLACEHOLDER, type: 'NS', ttl: 86_400, value: `ns.${PLACEHOLDER}` },
      { owner: PLACEHOLDER, type: 'NS', ttl: 86_400, value: 'ns2.example.net.' },
      { owner: PLACEHOLDER, type: 'TXT', ttl: undefined, value: '"v=spf1 ${zone} -all"' },
      { owner: below('*.mx'), type: 'A', ttl: 300, value: '192.0.2.1' },
      { owner: parseName('www.example.org.'), type: 'A', ttl: 300, value: '192.0.2.2' },
    ],
  };

  test('are written as a person would, and read again', () => {
    const text = writeTemplate(copy);
    expect(text).toContain('  primary: ns.${zone}.\n');
    expect(text).toContain('        - ns.${zone}.\n        - ns2.example.net.\n');
    expect(text).toContain('TXT: \'"v=spf1 $${zone} -all"\'');
    expect(copyOf(text)).toEqual(copy);
  });

  test('are made for a zone', () => {
    const zone = parseName('example.com.');
    expect(forZone(`10 mx.${PLACEHOLDER}`, zone)).toBe('10 mx.example.com.');
    expect(ownerIn(below('*.mx'), zone)).toBe('*.mx.example.com.');
    expect(ownerIn(PLACEHOLDER, zone)).toBe(zone);
    expect(ownerIn(parseName('www.example.org.'), zone)).toBe('www.example.org.');
  });

  test('are there of templates that people wrote, unless something of them must be given', () => {
    const text = 'vars: { host: mx }\nrecords:\n  "@": { MX: "10 ${host}" }\n  "${host}": { A: 192.0.2.1 }\n';
    expect(copyOf(text)?.records).toEqual([
      { owner: PLACEHOLDER, type: 'MX', ttl: undefined, value: `10 mx.${PLACEHOLDER}` },
      { owner: below('mx'), type: 'A', ttl: undefined, value: '192.0.2.1' },
    ]);
    expect(copyOf(text.replace('{ host: mx }', '[host]'))).toBeUndefined();
    expect(copyOf('records: [')).toBeUndefined();
  });

  test('keep every text', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => value.trim() !== '');
    fc.assert(
      fc.property(text, (description) => {
        expect(copyOf(writeTemplate({ description, soa: new Map(), records: [] }))?.description).toBe(description);
      }),
    );
  });
});
