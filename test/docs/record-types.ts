import { ROOT } from '../../src/dns/name.ts';
import { rdataFromText, rdataToData } from '../../src/dns/rdata.ts';
import type { Data, Field, JsonSchema, RRType } from '../../src/dns/rrtype.ts';
import { types } from '../../src/dns/types/list.ts';
import { formOf } from '../../src/zone/document/form.ts';
import { quoteScalar } from '../../src/zone/yaml/quote.ts';
import { yaml11Differs } from '../../src/zone/yaml/yaml11.ts';

const HEAD = `# Record types

This page is generated from \`src/dns/types/\`. \`npm run docs\` writes it, a test holds it current.

A value stands in a document in presentation form, as in a zone file, or as a map of its fields, which bear the names of
their RFC in snake case. Both forms give the same octets. \`{ hex }\`
stands for text that is no UTF-8: \`{ hex: ff00 }\`. Names without a final dot are relative to the zone. A type that
is not on this page is written by its number, as RFC 3597 says: \`TYPE65280: '\\# 4 0a000001'\`. How values, lists and TTLs
are written is on [the page of the zone document](zone-format.md).

"Loaded by" names the servers, of BIND 9.18, Knot DNS 3.2 and NSD 4.6, that know the type by its name; nothing is said where
all three do. For the others a release has the record in the generic form of RFC 3597, which they all load.
`;

/** The reference of record types, \`docs/record-types.md\`. */
export function recordTypesPage(): string {
  const current = types.filter((type) => type.obsolete !== true);
  const old = types.filter((type) => type.obsolete === true);
  return [
    HEAD,
    '## All types\n',
    `${current.map(link).join(', ')}.\n`,
    `Obsolete or experimental, and still found in files: ${old.map(link).join(', ')}.\n`,
    ...current.map(section),
    '# Obsolete and experimental types\n',
    ...old.map(section),
  ].join('\n');
}

function link({ name }: RRType): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function section(type: RRType): string {
  const { name, code, about, standards, fields, loadedBy } = type;
  const loaded =
    loadedBy === undefined ? '' : ` Loaded by: ${loadedBy.length === 0 ? 'none of the three' : loadedBy.join(', ')}.`;
  const rows = fields.map((field) => `| \`${field.name}\` | ${formOfField(field)} | ${field.about} |`);
  return [
    `## ${name}\n`,
    `${about} Type ${code}. ${standards.join(', ')}.${loaded}\n`,
    '| field | form | |',
    '|---|---|---|',
    ...rows,
    '',
    name === 'SOA' ? soaExample : `\`\`\`yaml\n${examples(type)}\`\`\`\n`,
  ].join('\n');
}

const soaExample = `In a document it is no record: its fields stand under \`soa:\`, and the serial belongs to the compiler.

\`\`\`yaml
soa: { primary: ns1.example.net., contact: hostmaster@example.net, refresh: 4h, retry: 1h, expire: 2w, minimum: 1h }
\`\`\`
`;

/** The examples of a type in presentation form, then the first of them as a map. */
function examples({ name, code, examples: texts }: RRType): string {
  // Editors take a bare NULL for no key at all.
  const key = yaml11Differs(name) === undefined ? name : `"${name}"`;
  const values = texts.map((text) => `      - ${presentation(name, text)}`);
  const data = rdataToData(code, rdataFromText(code, texts[0] as string, ROOT));
  return [
    'records:',
    '  as-in-a-zone-file:',
    values.length === 1 ? `    ${key}: ${presentation(name, texts[0] as string)}` : `    ${key}:`,
    ...(values.length === 1 ? [] : values),
    '  by-fields:',
    `    ${key}: ${flow(data)}`,
    '',
  ].join('\n');
}

/** A value as people write it: the text of a type of texts without its quotes, where it is one string. */
function presentation(name: string, text: string): string {
  const one = /^"([^"\\]*)"$/.exec(text);
  const bare = formOf(name)?.text === true && one !== null ? (one[1] as string) : text;
  return quoteScalar(bare, 'block-value');
}

function flow(data: Data): string {
  if (Array.isArray(data)) return `[${data.map(flow).join(', ')}]`;
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).map(([key, value]) => `${quoteScalar(key, 'key')}: ${flow(value)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof data === 'string' ? quoteScalar(data, 'flow-value') : String(data);
}

/** How a field is written, in a few words. */
function formOfField({ kind, name }: Field): string {
  const form = kind.isName === true ? 'name' : formOfSchema(kind.schema, name);
  return kind.optional === true ? `${form}; may be left out` : form;
}

/** Schemas whose pattern says little to people, by the pattern. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^\^\[A-Za-z0-9\+\/\]\+=/, 'base64'],
  [/^\^\(-\|\[A-Za-z0-9\+\/\]\+=/, 'base64, or `-` for nothing'],
  [/^\^\(-\|\(\[0-9a-fA-F\]\{2\}\)/, 'hexadecimal, or `-` for nothing'],
  [/^\^\(\[0-9a-fA-F\]\{2\}\)/, 'hexadecimal'],
  [/^\^\[0-9a-vA-V\]/, 'base32hex'],
  [/^\^\[A-Za-z\]\[A-Za-z0-9-\]\*\$/, 'type'],
  [/^\^!\?\[12\]:/, 'prefixes such as `1:192.0.2.0/24`, or `!2:2001:db8::/32` for one that is not meant'],
  [/^\^\[0-9\]\{14\}\$/, 'time, `YYYYMMDDHHMMSS`'],
  [/\(:\[0-9a-fA-F\]\{1,4\}\)\{3\}\$$/, 'four groups of up to four hexadecimal digits'],
  [/\(-\[0-9a-fA-F\]\{1,2\}\)\{5\}\$$/, 'six octets with `-` between them'],
  [/\(-\[0-9a-fA-F\]\{1,2\}\)\{7\}\$$/, 'eight octets with `-` between them'],
  [/^\^\[0-9\]\{4,255\}\$/, 'digits'],
  [/\[NS\]\$$/, 'degrees, minutes, seconds, `N` or `S`'],
  [/\[EW\]\$$/, 'degrees, minutes, seconds, `E` or `W`'],
  [/m\?\$$/, 'metres'],
  [/^\^0\[xX\]/, 'hexadecimal with `0x`'],
];

function formOfSchema(schema: JsonSchema, name: string): string {
  const { type, anyOf, minimum, maximum, format, pattern, items } = schema;
  if (format === 'ipv4') return 'IPv4 address';
  if (format === 'ipv6') return 'IPv6 address';
  if (Array.isArray(schema.enum)) return words(schema.enum.map(String));
  if (Array.isArray(anyOf)) return formOfChoice(anyOf as JsonSchema[], name);
  switch (type) {
    case 'integer':
      return maximum === undefined ? `${String(minimum)} or more` : `${String(minimum)} to ${String(maximum)}`;
    case 'array':
      return `list of ${listed(formOfSchema(items as JsonSchema, name))}`;
    case 'object':
      return 'map';
    default: {
      const known = patterns.find(([sign]) => typeof pattern === 'string' && sign.test(pattern));
      return known?.[1] ?? (name === 'gateway' || name === 'relay' ? 'address or name' : 'text');
    }
  }
}

function formOfChoice(choices: readonly JsonSchema[], name: string): string {
  const [first, second] = choices as [JsonSchema, JsonSchema];
  if (first.type === 'string' && second.type === 'object') return 'text, or `{ hex }`';
  if (typeof second.pattern === 'string' && second.pattern.includes('smhdw')) return 'time: seconds, or `1h`';
  if (second.type === 'array') return `${formOfSchema(first, name)}, or a list of them`;
  if (first.type === 'string' && second.type === 'integer') return formOfSchema(first, name);
  return choices.map((each) => formOfSchema(each, name)).join(', or ');
}

/** The mnemonics of a registry; of a long one, those that are in use today. */
function words(all: readonly string[]): string {
  const shown = all.length <= 10 ? all : all.filter((word) => /^(RSASHA256|ECDSAP\w+|ED\d+)$/.test(word));
  return `${shown.map((word) => `\`${word}\``).join(', ')}${shown === all ? '' : ' and so on'}`;
}

function listed(form: string): string {
  return form === 'type' ? 'types' : form.replace(/^0 to 65535, or text$/, 'numbers and names');
}
