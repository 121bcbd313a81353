import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseName } from '../../src/dns/name.ts';
import { rdataFromText, rdataToData } from '../../src/dns/rdata.ts';
import type { Data, JsonSchema } from '../../src/dns/rrtype.ts';
import { types } from '../../src/dns/types/list.ts';
import { configSchema, nodesSchema, templateSchema, webSchema, zoneSchema } from '../../src/zone/schema/documents.ts';
import { printJson } from '../../src/zone/schema/print.ts';
import { documentNames, findingLines, fixture, readText } from './fixtures.ts';

const schemas: Record<string, JsonSchema> = {
  zone: zoneSchema(),
  template: templateSchema(),
  config: configSchema(),
  nodes: nodesSchema(),
  web: webSchema(),
};

function validator(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(schema);
}

const zone = validator(schemas.zone as JsonSchema);
const template = validator(schemas.template as JsonSchema);
const config = validator(schemas.config as JsonSchema);

/** A document as an editor sees it: with YAML's own types. */
function inEditor(text: string): unknown {
  return parse(text, { logLevel: 'silent' });
}

describe('schemas/', () => {
  it.each(Object.keys(schemas))('%s.schema.json is what `npm run schemas` writes', async (name) => {
    await expect(printJson(schemas[name])).toMatchFileSnapshot(`../../schemas/${name}.schema.json`);
  });
});

describe('the schema of zones', () => {
  it.each(documentNames('good'))('accepts %s', (name) => {
    expect(zone(inEditor(fixture(`good/${name}`).text)), JSON.stringify(zone.errors)).toBe(true);
  });

  it.each([
    ['a mistyped key', 'recrods: {}'],
    ['a mistyped setting', 'soa: { refersh: 4h }'],
    ['a mistyped type', 'records: { www: { AAAAA: "2001:db8::1" } }'],
    ['a type in small letters', 'records: { www: { a: 192.0.2.1 } }'],
    ['the SOA among the records', 'records: { "@": { SOA: a b 1 2 3 4 5 } }'],
    ['a query type', 'records: { www: { ANY: x } }'],
    ['a mistyped TTL', 'records: { www: { A: { tll: 60, values: [192.0.2.1] } } }'],
    ['a TTL that is none', 'records: { www: { A: { ttl: soon, values: [192.0.2.1] } } }'],
    ['a mistyped field', 'records: { www: { MX: { preference: 10, exchnage: mail } } }'],
    ['a missing field', 'records: { www: { MX: { preference: 10 } } }'],
    ['mixed forms', 'records: { www: { MX: { ttl: 60, preference: 10, exchange: mail } } }'],
    ['a value and values', 'records: { www: { A: { value: 192.0.2.1, values: [192.0.2.2] } } }'],
    ['a TTL in a list', 'records: { www: { A: [{ ttl: 60, value: 192.0.2.1 }] } }'],
    ['an empty list', 'records: { www: { A: [] } }'],
    ['a value where types are expected', 'records: { www: 192.0.2.1 }'],
    ['a name without records', 'records: { www: {} }'],
    ['an empty label', 'records: { a..b: { A: 192.0.2.1 } }'],
    ['a long label', `records: { ${'a'.repeat(64)}: { A: 192.0.2.1 } }`],
    ['white space in a name', 'records: { "a b": { A: 192.0.2.1 } }'],
    ['a proxied record that has no address', 'records: { www: { CNAME: { value: a, proxied: true } } }'],
    ['a number out of range', 'records: { www: { MX: { preference: 70000, exchange: mail } } }'],
    ['a redirect without a status', 'records: { www: { REDIRECT: https://example.com/ } }'],
    ['a waiver of no check', 'records: { www: { A: 192.0.2.1, waive: { ttl-zerro: reason } } }'],
    ['a waiver of the hard core', 'waive: { duplicate-value: reason }'],
    ['an unknown key of generate', 'generate: [{ range: 1-2, nmae: a, type: A, value: 192.0.2.1 }]'],
  ])('refuses %s, as the reader does', (_, text) => {
    expect(zone(inEditor(text))).toBe(false);
    expect(readText(text).findings.map(({ severity }) => severity)).toContain('error');
  });

  it('explains every key, type and field', () => {
    const found: string[] = [];
    const definitions = (schemas.zone as { $defs: Record<string, JsonSchema> }).$defs;
    for (const [name, { properties = {} }] of Object.entries(schemas.zone?.properties ?? {})) {
      for (const key of Object.keys(properties))
        if (properties[key].description === undefined) found.push(`${name}.${key}`);
    }
    for (const { name, fields } of types) {
      if (name === 'SOA') continue;
      const [, structured] = (definitions[`${name}-value`] as JsonSchema).anyOf as [
        JsonSchema,
        { properties: Record<string, JsonSchema> },
      ];
      if (definitions[name]?.description === undefined) found.push(name);
      for (const field of fields) {
        if (structured.properties[field.name]?.description === undefined) found.push(`${name}.${field.name}`);
      }
    }
    expect(found).toEqual([]);
  });
});

const apex = parseName('example.com.');
const examples = types
  .filter(({ name }) => name !== 'SOA')
  .flatMap(({ name, code, examples: texts }) =>
    texts.map((text) => ({ name, text, data: rdataToData(code, rdataFromText(code, text, apex)) })),
  );

describe('values of every type', () => {
  it.each(examples)('$name $text is read and valid in both forms', ({ name, text, data }) => {
    for (const value of [text, data, { value: text }, { values: [data] }, { value: data, ttl: 5, nodes: 'a' }]) {
      const document = JSON.stringify({ records: { x: { [name]: value } } });
      const reading = readText(document);
      expect(findingLines(reading.findings.filter(({ severity }) => severity === 'error'))).toBe('');
      expect(reading.zone?.names.size).toBe(2);
      expect(zone(inEditor(document)), `${document}: ${JSON.stringify(zone.errors)}`).toBe(true);
    }
  });
});

const seconds = fc.constantFrom('0', '60', '1h', '1h30m', '2W', '007', '2147483647');
const word = fc.constantFrom(
  'a',
  '10',
  '1.10',
  'true',
  'null',
  '~',
  'bücher',
  '0x1f',
  'a\\.b',
  '*',
  'x_y',
  '1e3',
  "''",
);
const text = fc.constantFrom('text', "''", '1.5', 'no', "'two words'", "'it''s; here'", '"\\u00e9"', '\'"a" "b"\'');
const scalars: Record<string, fc.Arbitrary<string>> = {
  A: fc.constantFrom('192.0.2.1', "'192.0.2.2'", '{ address: 192.0.2.3 }', "'\\# 4 c0000204'"),
  AAAA: fc.constantFrom('2001:db8::1', "'::ffff:192.0.2.1'", "{ address: '::1' }"),
  CNAME: fc.oneof(
    word,
    word.map((name) => `{ cname: ${name} }`),
  ),
  MX: fc.oneof(
    word.map((name) => `10 ${name}`),
    word.map((name) => `{ preference: '10', exchange: ${name} }`),
  ),
  TXT: fc.oneof(
    text,
    text.map((value) => `{ strings: ${value} }`),
    text.map((value) => `{ strings: [${value}, a] }`),
  ),
  TYPE65280: fc.constantFrom("'\\# 0'", '{ rdata: 0a }', "{ rdata: '00' }"),
};

/** Documents that a person could write, in every form, most of them without a mistake. */
const document = fc
  .record({
    ttl: fc.option(seconds),
    soa: fc.option(
      fc.record({ refresh: seconds, contact: fc.constantFrom('a@example.net', 'x', '10') }, { requiredKeys: [] }),
    ),
    names: fc.dictionary(
      word.map((name) => (name === "''" ? '""' : name)),
      fc.constantFrom(...Object.keys(scalars)).chain((type) => {
        const one = scalars[type] as fc.Arbitrary<string>;
        const pinned = one.map((value) => `{ value: ${value}, nodes: [fra1, 10] }`);
        return fc
          .oneof(
            one,
            fc.array(fc.oneof(one, pinned), { minLength: 1, maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
            fc.tuple(seconds, one).map(([ttl, value]) => `{ ttl: ${ttl}, values: [${value}] }`),
            fc.tuple(seconds, one).map(([ttl, value]) => `{ ttl: ${ttl}, value: ${value}, nodes: ams1 }`),
          )
          .map((values) => `${type}: ${values}`);
      }),
      { maxKeys: 4, noNullPrototype: true },
    ),
  })
  .map(({ ttl, soa, names }) =>
    [
      ...(ttl === null ? [] : [`ttl: ${ttl}`]),
      ...(soa === null
        ? []
        : [
            `soa: { ${Object.entries(soa)
              .map(([key, value]) => `${key}: ${value}`)
              .join(', ')} }`,
          ]),
      'records:',
      ...Object.entries(names).map(([name, types]) => `  ${name}: { ${types} }`),
    ].join('\n'),
  );

describe('whatever the reader accepts', () => {
  it('is valid under the schema', () => {
    let accepted = 0;
    fc.assert(
      fc.property(document, (source) => {
        const { findings } = readText(source);
        if (findings.some(({ severity }) => severity === 'error')) return;
        accepted++;
        expect(zone(inEditor(source)), `${source}\n${JSON.stringify(zone.errors)}`).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe('the schemas of templates and of the configuration', () => {
  it.each(['mail/google', 'mail/other', 'third', 'dkim'])('accept the template %s', (name) => {
    expect(template(inEditor(fixture(`templates/${name}.yaml`).text)), JSON.stringify(template.errors)).toBe(true);
  });

  it('refuse what the reader refuses in a template', () => {
    expect(template({ recrods: {} })).toBe(false);
    expect(template({ records: { www: { MX: { preference: '10', exchnage: 'x' } } } })).toBe(false);
    expect(template({ records: { www: { MX: { preference: '$' + '{p}', exchange: 'x' } } } })).toBe(true);
  });

  it('accept a configuration and refuse its typing errors', () => {
    expect(config(inEditor(fixture('config/good.yaml').text)), JSON.stringify(config.errors)).toBe(true);
    const wrong: Data[] = [
      { defautls: {} },
      { defaults: { tll: 1 } },
      { thresholds: { delets: {} } },
      { checks: { x: 'off' } },
    ];
    for (const each of wrong) expect(config(each), JSON.stringify(each)).toBe(false);
  });
});
