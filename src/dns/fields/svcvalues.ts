import { DnsSyntaxError } from '../fault.ts';
import type { Octets } from '../octets.ts';
import { fromText, octets, readU16, toText, u16 } from '../octets.ts';
import type { Data, JsonSchema } from '../rrtype.ts';
import { parseUnsigned } from '../token.ts';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from './address.ts';
import { parseBase64, printBase64 } from './binary.ts';
import { decodeText, encodeText, printQuoted, textSchema } from './string.ts';
import { listOf, scalarText } from './structure.ts';

/** How the value of one service parameter is written. `text` is its presentation form, escapes of the string resolved. */
export interface ParamKind {
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

/** Throws what is wrong with the value of a key. */
export function bad(key: string, message: string, fix: string): never {
  throw new DnsSyntaxError(`the value of the service parameter ${key} ${message}`, fix, 'svcb-value');
}

/** A list, from text divided by commas or from structured form. */
function list(key: string, parts: readonly unknown[], read: (text: string, key: string) => string): string {
  if (parts.length === 0) bad(key, 'is empty', 'give at least one, or leave the key out');
  return parts.map((part) => read(scalarText(part, key), key)).join('');
}

/** The items of one size that a value is made of. */
export function chunks(value: string, size: number): string[] {
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
export const empty: ParamKind = {
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
export const opaque: ParamKind = {
  parse: (text) => text,
  print: (value) => (value === '' ? '' : printQuoted(value, 0, value.length)),
  encode: (data, key) => (data === null || data === true ? '' : encodeText(data, key)),
  decode: (value) => decodeText(octets(value)),
  valid: () => true,
  schema: textSchema,
};

/** A port (RFC 9460 section 7.2). */
export const port: ParamKind = {
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

/** The identifiers of a checked value of `alpn`. */
export function alpnIds(value: string): string[] {
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

/** Protocol identifiers (RFC 9460 section 7.1.1). */
export const alpn: ParamKind = {
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

/** An ECHConfigList in base64 (RFC 9848 section 3). */
export const ech: ParamKind = {
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
export const dohpath: ParamKind = {
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

/** The TLS groups that the server supports, in its order, none of them twice. */
export const groups: ParamKind = {
  ...listKind(
    2,
    (text, key) => u16(parseUnsigned(text, 65535, key)),
    (value) => String(readU16(value, 0)),
    { type: 'integer', minimum: 0, maximum: 65535 },
  ),
  decode: (value) => chunks(value, 2).map((part) => readU16(part, 0)),
  valid: (value) => value.length > 0 && value.length % 2 === 0 && new Set(chunks(value, 2)).size === value.length / 2,
};

/** IPv4 addresses (RFC 9460 section 7.3). */
export const ipv4hint: ParamKind = listKind(4, parseIpv4, (value) => printIpv4(value, 0), {
  type: 'string',
  format: 'ipv4',
});

/** IPv6 addresses (RFC 9460 section 7.3). */
export const ipv6hint: ParamKind = listKind(16, parseIpv6, (value) => printIpv6(value, 0), {
  type: 'string',
  format: 'ipv6',
});
