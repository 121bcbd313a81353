import { DnsSyntaxError, quoted } from '../fault.ts';
import { wireNameEnd } from '../name.ts';
import type { Octets } from '../octets.ts';
import { fromText, octets, readU16, toText, u16 } from '../octets.ts';
import type { Data, FieldKind, JsonSchema } from '../rrtype.ts';
import type { Tokens } from '../token.ts';
import { hasMore, parseUnsigned, take, unescapeOctets } from '../token.ts';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from './address.ts';
import { parseBase64, printBase64 } from './binary.ts';
import { decodeText, encodeText, printQuoted, textSchema } from './string.ts';
import { badOctets, cutOff, listOf, mapOf, scalarText } from './structure.ts';

/** How the value of one service parameter is written. `text` is its presentation form, escapes of the string resolved. */
interface ParamKind {
  /** The octets of the value. Throws. */
  parse(text: Octets, key: string): string;
  /** The value as it stands behind `key=`; an empty string where the key stands alone. */
  print(value: string): string;
  /** The octets of the value in structured form. Throws. */
  encode(data: unknown, key: string): string;
  decode(value: string): Data;
  /** Whether octets are such a value. */
  valid(value: string): boolean;
  readonly schema: JsonSchema;
}

function bad(key: string, message: string, fix: string): never {
  throw new DnsSyntaxError(`the value of the service parameter ${key} ${message}`, fix, 'svcb-value');
}

/** A list, from text divided by commas or from structured form. */
function list(key: string, parts: readonly unknown[], read: (text: string, key: string) => string): string {
  if (parts.length === 0) bad(key, 'is empty', 'give at least one, or leave the key out');
  return parts.map((part) => read(scalarText(part, key), key)).join('');
}

function chunks(value: string, size: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < value.length; at += size) parts.push(value.slice(at, at + size));
  return parts;
}

/** A list of values of one size, none of which can hold a comma. */
function listKind(
  size: number,
  read: (text: string, key: string) => string,
  print: (value: string) => string,
  item: JsonSchema,
): ParamKind {
  return {
    parse: (text, key) => list(key, text.split(','), read),
    print: (value) => chunks(value, size).map(print).join(','),
    encode: (data, key) => list(key, listOf(data), read),
    decode: (value) => chunks(value, size).map(print),
    valid: (value) => value.length > 0 && value.length % size === 0,
    schema: { anyOf: [item, { type: 'array', items: item, minItems: 1 }] },
  };
}

/** Keys without a value (RFC 9460 section 7.1.1, RFC 9540 section 4); `true` in structured form. */
const empty: ParamKind = {
  parse: (text, key) => (text === '' ? '' : bad(key, 'must be empty', `write ${key} alone`)),
  print: () => '',
  encode: (data, key) =>
    data === true || data === null || data === '' || data === 'true'
      ? ''
      : bad(key, 'must be true', `write ${key}: true, or leave it out`),
  decode: () => true,
  valid: (value) => value === '',
  schema: { enum: [true, 'true', '', null] },
};

/** Unregistered keys, and those whose value is free octets. */
const opaque: ParamKind = {
  parse: (text) => text,
  print: (value) => (value === '' ? '' : printQuoted(value, 0, value.length)),
  encode: (data, key) => (data === null || data === true ? '' : encodeText(data, key)),
  decode: (value) => decodeText(octets(value)),
  valid: () => true,
  schema: textSchema,
};

const port: ParamKind = {
  parse: (text, key) => u16(parseUnsigned(text, 65535, key)),
  print: (value) => String(readU16(value, 0)),
  encode: (data, key) => u16(parseUnsigned(scalarText(data, key), 65535, key)),
  decode: (value) => readU16(value, 0),
  valid: (value) => value.length === 2,
  schema: { type: 'integer', minimum: 0, maximum: 65535 },
};

function alpnId(id: string, key: string): string {
  if (id.length > 0 && id.length <= 255) return String.fromCharCode(id.length) + id;
  return bad(key, `has an identifier of ${id.length} octets`, 'write identifiers of 1 to 255 octets, such as h2,h3');
}

function alpnIds(value: string): string[] {
  const ids: string[] = [];
  for (let at = 0; at < value.length; at += 1 + value.charCodeAt(at)) {
    ids.push(value.slice(at + 1, at + 1 + value.charCodeAt(at)));
  }
  return ids;
}

/** Cuts a list at its commas; `\,` and `\\` stand for themselves (RFC 9460 appendix A.1). */
function splitValueList(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === ',') {
      parts.push(part);
      part = '';
    } else {
      if (text[i] === '\\' && i + 1 < text.length) i++;
      part += text[i];
    }
  }
  return [...parts, part];
}

const alpn: ParamKind = {
  parse: (text, key) =>
    splitValueList(text)
      .map((id) => alpnId(id, key))
      .join(''),
  print(value) {
    const text = alpnIds(value)
      .map((id) => id.replace(/[\\,]/g, '\\$&'))
      .join(',');
    return printQuoted(text, 0, text.length);
  },
  encode(data, key) {
    const ids = listOf(data);
    if (ids.length === 0) bad(key, 'is empty', 'give at least one identifier, or leave the key out');
    return ids.map((id) => alpnId(encodeText(id, key), key)).join('');
  },
  decode: (value) => alpnIds(value).map((id) => decodeText(octets(id))),
  valid(value) {
    let at = 0;
    while (at < value.length && value.charCodeAt(at) > 0) at += 1 + value.charCodeAt(at);
    return value.length > 0 && at === value.length;
  },
  schema: { anyOf: [textSchema, { type: 'array', items: textSchema, minItems: 1 }] },
};

const ech: ParamKind = {
  parse: (text, key) => notEmpty(parseBase64(text, key), key),
  print: printBase64,
  encode: (data, key) => notEmpty(parseBase64(scalarText(data, key), key), key),
  decode: printBase64,
  valid: (value) => value !== '',
  schema: { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' },
};

function notEmpty(value: string, key: string): string {
  return value === '' ? bad(key, 'is empty', 'write base64, or leave the key out') : value;
}

/** A URI template in UTF-8 (RFC 9461 section 5). Whether it has the variable `dns` is a check of the zone. */
const dohpath: ParamKind = {
  parse: path,
  print: opaque.print,
  encode: (data, key) => path(fromText(scalarText(data, key)), key),
  decode: (value) => decodeText(octets(value)),
  valid: isText,
  schema: { type: 'string', minLength: 1 },
};

function isText(value: string): boolean {
  return value !== '' && toText(octets(value)) !== undefined;
}

function path(value: string, key: string): string {
  return isText(value) ? value : bad(key, 'is not a text', 'write a relative URI template such as /dns-query{?dns}');
}

/** The keys in the list must be sorted in wire form; each must be there (RFC 9460 section 8). */
const mandatory: ParamKind = {
  parse: (text, key) => keyList(text.split(','), key),
  print: (value) =>
    chunks(value, 2)
      .map((part) => keyText(readU16(part, 0)))
      .join(','),
  encode: (data, key) =>
    keyList(
      listOf(data).map((part) => scalarText(part, key)),
      key,
    ),
  decode: (value) => chunks(value, 2).map((part) => keyName(readU16(part, 0))),
  valid: (value) =>
    value.length > 0 && value.length % 2 === 0 && isAscending(chunks(value, 2)) && readU16(value, 0) > 0,
  schema: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
};

function keyList(names: readonly string[], key: string): string {
  const codes = names.map(readKey).sort((a, b) => a - b);
  if (codes.length === 0 || codes[0] === 0)
    bad(key, 'names itself or nothing', 'name the other keys that are mandatory');
  if (new Set(codes).size < codes.length) bad(key, 'names a key twice', 'name each key once');
  return codes.map(u16).join('');
}

function isAscending(values: readonly string[]): boolean {
  return values.every((value, i) => i === 0 || (values[i - 1] as string) < value);
}

/** The TLS groups that the server supports, in its order, none of them twice. */
const groups: ParamKind = {
  ...listKind(
    2,
    (text, key) => u16(parseUnsigned(text, 65535, key)),
    (value) => String(readU16(value, 0)),
    { type: 'integer', minimum: 0, maximum: 65535 },
  ),
  decode: (value) => chunks(value, 2).map((part) => readU16(part, 0)),
  valid: (value) => value.length > 0 && value.length % 2 === 0 && new Set(chunks(value, 2)).size === value.length / 2,
};

/** The keys of the IANA registry "Service Parameter Keys (SvcParamKeys)" that have a form of their own, by their codes. */
const keys: readonly { readonly name: string; readonly kind: ParamKind }[] = [
  { name: 'mandatory', kind: mandatory },
  { name: 'alpn', kind: alpn },
  { name: 'no-default-alpn', kind: empty },
  { name: 'port', kind: port },
  {
    name: 'ipv4hint',
    kind: listKind(4, parseIpv4, (value) => printIpv4(value, 0), { type: 'string', format: 'ipv4' }),
  },
  { name: 'ech', kind: ech },
  {
    name: 'ipv6hint',
    kind: listKind(16, parseIpv6, (value) => printIpv6(value, 0), { type: 'string', format: 'ipv6' }),
  },
  { name: 'dohpath', kind: dohpath },
  { name: 'ohttp', kind: empty },
  { name: 'tls-supported-groups', kind: groups },
];

/** The first keys are those of RFC 9460, which every name server that knows the type writes and reads by name. */
const NAMED_EVERYWHERE = 7;

function kindOf(code: number): ParamKind {
  return keys[code]?.kind ?? opaque;
}

function keyName(code: number): string {
  return keys[code]?.name ?? `key${code}`;
}

/** The key as it is printed, in the spelling that every name server reads. */
function keyText(code: number): string {
  return code < NAMED_EVERYWHERE ? keyName(code) : `key${code}`;
}

/** Whether a key is spelt by its number; its value is then the octets themselves (RFC 9460 section 2.1). */
function isNumbered(name: string): boolean {
  return /^key[0-9]/.test(name);
}

function readKey(text: string): number {
  const known = keys.findIndex((key) => key.name === text);
  if (known >= 0) return known;
  const code = /^key(0|[1-9][0-9]{0,4})$/.test(text) ? Number(text.slice(3)) : 65536;
  if (code < 65536) return code;
  throw new DnsSyntaxError(
    `${quoted(text)} is not a service parameter key`,
    `use ${keys.map((key) => key.name).join(', ')} or key and a number up to 65535`,
    'svcb-key',
  );
}

/** The octets of all parameters, sorted by key. Throws where one is malformed or a mandatory one is not there. */
function join(params: ReadonlyMap<number, string>): string {
  const codes = [...params.keys()].sort((a, b) => a - b);
  let all = '';
  for (const code of codes) {
    const value = params.get(code) as string;
    if (!kindOf(code).valid(value))
      bad(keyName(code), 'is malformed', `write ${keyName(code)} by its name, or the octets of its value`);
    if (value.length > 65535) bad(keyName(code), 'is too long', 'stay below 65,536 octets');
    all += u16(code) + u16(value.length) + value;
  }
  const missing = missingMandatory(params);
  if (missing !== undefined) mandatoryMissing(missing);
  return all;
}

/** The first key that is mandatory and not there (RFC 9460 section 8). */
function missingMandatory(params: ReadonlyMap<number, string>): number | undefined {
  return chunks(params.get(0) ?? '', 2)
    .map((part) => readU16(part, 0))
    .find((code) => !params.has(code));
}

function mandatoryMissing(code: number): never {
  throw new DnsSyntaxError(
    `the key ${keyName(code)} is mandatory and is not there`,
    `add ${keyName(code)}, or take it out of mandatory`,
    'svcb-mandatory',
  );
}

function add(params: Map<number, string>, code: number, value: string): void {
  if (params.has(code)) {
    throw new DnsSyntaxError(`the key ${keyName(code)} is there twice`, 'give each key once', 'svcb-key');
  }
  params.set(code, value);
}

/** The value that stands behind `key=` or alone as `key`, which may be in quotes of its own. */
function takeValue(tokens: Tokens, word: string, equals: number): Octets {
  const place = tokens.next;
  const bare = equals === word.length - 1;
  if (bare && tokens.quotes[place] === true && tokens.touching?.has(place) !== false) {
    return unescapeOctets(take(tokens, 'value'));
  }
  return unescapeOctets(equals < 0 ? '' : word.slice(equals + 1));
}

function entries(from: string, at: number, end: number): [number, string][] {
  const found: [number, string][] = [];
  for (let pos = at; pos < end; ) {
    const next = pos + 4 + readU16(from, pos + 2);
    found.push([readU16(from, pos), from.slice(pos + 4, next)]);
    pos = next;
  }
  return found;
}

/** Service parameters up to the end of the rdata, none or more (RFC 9460 sections 2.1 and 2.2). */
export const serviceParameters: FieldKind = {
  parse(tokens, field) {
    const params = new Map<number, string>();
    while (hasMore(tokens)) {
      if (tokens.quotes[tokens.next] === true) {
        throw new DnsSyntaxError(`there is a quoted text in the ${field}`, 'write key="value"', 'svcb-key');
      }
      const word = take(tokens, field);
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      const code = readKey(name);
      const value = takeValue(tokens, word, equals);
      add(params, code, isNumbered(name) ? value : kindOf(code).parse(value, name));
    }
    return join(params);
  },
  print: (from, at, end) =>
    entries(from, at, end)
      .map(([code, value]) => {
        const text = code < NAMED_EVERYWHERE ? kindOf(code).print(value) : opaque.print(value);
        return text === '' ? keyText(code) : `${keyText(code)}=${text}`;
      })
      .join(' '),
  encode(value, field) {
    const params = new Map<number, string>();
    const map = value === undefined ? new Map<string, unknown>() : mapOf(value);
    if (map === undefined) {
      throw new DnsSyntaxError(`the ${field} are not a map`, 'write a map of keys, such as { alpn: [h2] }', 'svcb-key');
    }
    for (const [name, data] of map) {
      const code = readKey(name);
      add(params, code, (isNumbered(name) ? opaque : kindOf(code)).encode(data, name));
    }
    return join(params);
  },
  decode(from, at, end) {
    if (at === end) return undefined;
    return Object.fromEntries(
      entries(from, at, end).map(([code, value]) => [keyName(code), kindOf(code).decode(value)]),
    );
  },
  end(from, at, limit) {
    const params = new Map<number, string>();
    let last = -1;
    for (let pos = at; pos < limit; ) {
      if (pos + 4 > limit || pos + 4 + readU16(from, pos + 2) > limit) cutOff();
      const code = readU16(from, pos);
      const next = pos + 4 + readU16(from, pos + 2);
      const value = from.slice(pos + 4, next);
      if (code <= last) badOctets('the service parameters are not in ascending order');
      if (!kindOf(code).valid(value)) badOctets(`the service parameter ${keyName(code)} is malformed`);
      params.set(code, value);
      last = code;
      pos = next;
    }
    const missing = missingMandatory(params);
    if (missing !== undefined) mandatoryMissing(missing);
    return limit;
  },
  schema: {
    type: 'object',
    properties: Object.fromEntries(keys.map((key) => [key.name, key.kind.schema])),
    patternProperties: { '^key(0|[1-9][0-9]{0,4})$': textSchema },
    additionalProperties: false,
  },
  optional: true,
};

/**
 * Whether the rdata of a SVCB or HTTPS record has an alpn identifier that not all name servers read in text: Knot 3.2 refuses
 * one of a single octet in a list and reads the two layers of escapes of a comma and a backslash (RFC 9460 appendix A.1)
 * otherwise, and NSD 4.6 ends at a zero octet.
 */
export function hasUnusualAlpn(rdata: string): boolean {
  const params = entries(rdata, wireNameEnd(rdata, 2, rdata.length), rdata.length);
  const value = params.find(([code]) => kindOf(code) === alpn)?.[1] ?? '';
  return alpnIds(value).some((id) => id.length === 1 || /[\\,\0]/.test(id));
}
