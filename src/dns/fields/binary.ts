import { DnsSyntaxError, quoted } from '../fault.ts';
import type { FieldKind, JsonSchema } from '../rrtype.ts';
import { hasMore, takeRest } from '../token.ts';
import { badOctets, fixedEnd, prefixedEnd, scalarText, wordKind } from './structure.ts';

const hexSchema: JsonSchema = { type: 'string', pattern: '^([0-9a-fA-F]{2})+$' };
const base64Schema: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' };

/** The octets of pairs of hexadecimal digits. Throws for anything else. */
export function parseHex(text: string, field: string): string {
  if (text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text)) return Buffer.from(text, 'hex').toString('latin1');
  throw new DnsSyntaxError(
    text.length % 2 === 1 && /^[0-9a-fA-F]*$/.test(text)
      ? `the ${field} has an odd number of hexadecimal digits`
      : `the ${field} ${quoted(text)} is not hexadecimal`,
    'write two hexadecimal digits (0-9, a-f) for each octet',
    'rdata-hex',
  );
}

/** Octets as pairs of hexadecimal digits, in capitals as `dig` shows them. */
export function printHex(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('hex').toUpperCase();
}

/** The octets of base64 (RFC 4648 section 4), padded. Throws for anything else. */
export function parseBase64(text: string, field: string): string {
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is not base64; only the text that it would write itself has been read as it was meant.
  if (bytes.toString('base64') === text) return bytes.toString('latin1');
  throw new DnsSyntaxError(
    `the ${field} ${quoted(text)} is not base64`,
    'write base64 (A-Z, a-z, 0-9, + and /), padded with = to a multiple of four characters',
    'rdata-base64',
  );
}

/** Octets as base64. */
export function printBase64(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('base64');
}

function notEmpty(octets: string, field: string, rule: string): string {
  if (octets !== '') return octets;
  throw new DnsSyntaxError(`the ${field} is empty`, `write the ${field}, at least one octet`, rule);
}

function restEnd(at: number, limit: number): number {
  if (at === limit) badOctets('the last field of the rdata is empty');
  return limit;
}

/** White space inside structured data, as people paste it. */
function joined(text: string): string {
  return text.replace(/\s+/g, '');
}

/** One octet or more up to the end of the rdata, in hexadecimal, which white space may split (DS, TLSA, SSHFP). */
export const hexRest: FieldKind = {
  parse: (tokens, field) => notEmpty(parseHex(takeRest(tokens, field), field), field, 'rdata-hex'),
  print: (from, at, end) => printHex(from.slice(at, end)),
  encode: (value, field) => notEmpty(parseHex(joined(scalarText(value, field)), field), field, 'rdata-hex'),
  decode: (from, at, end) => printHex(from.slice(at, end)),
  end: (_from, at, limit) => restEnd(at, limit),
  schema: hexSchema,
};

/** One octet or more up to the end of the rdata, in base64, which white space may split (DNSKEY, CERT, OPENPGPKEY). */
export const base64Rest: FieldKind = {
  parse: (tokens, field) => notEmpty(parseBase64(takeRest(tokens, field), field), field, 'rdata-base64'),
  print: (from, at, end) => printBase64(from.slice(at, end)),
  encode: (value, field) => notEmpty(parseBase64(joined(scalarText(value, field)), field), field, 'rdata-base64'),
  decode: (from, at, end) => printBase64(from.slice(at, end)),
  end: (_from, at, limit) => restEnd(at, limit),
  schema: base64Schema,
};

/** Like {@link base64Rest}, but it may be left out (the key of an IPSECKEY without one). */
export const base64Optional: FieldKind = {
  parse: (tokens, field, before) => (hasMore(tokens) ? base64Rest.parse(tokens, field, before) : ''),
  print: base64Rest.print,
  encode: (value, field, before, origin) =>
    value === undefined || value === '' ? '' : base64Rest.encode(value, field, before, origin),
  decode: (from, at, end) => (at === end ? undefined : printBase64(from.slice(at, end))),
  end: (_from, _at, limit) => limit,
  schema: base64Schema,
  optional: true,
};

/** Octets up to the end of the rdata in base64, `-` for none (the data of DOA). */
export const base64OrDash: FieldKind = {
  parse(tokens, field) {
    const text = takeRest(tokens, field);
    return text === '-' ? '' : notEmpty(parseBase64(text, field), field, 'rdata-base64');
  },
  print: (from, at, end) => (at === end ? '-' : printBase64(from.slice(at, end))),
  encode: (value, field, before, origin) =>
    value === undefined || value === '-' ? '' : base64Rest.encode(value, field, before, origin),
  decode: (from, at, end) => (at === end ? undefined : printBase64(from.slice(at, end))),
  end: (_from, _at, limit) => limit,
  schema: { type: 'string', pattern: '^(-|[A-Za-z0-9+/]+={0,2})$' },
  optional: true,
};

/** A salt (RFC 5155 section 3.3): up to 255 octets in one hexadecimal word behind their number, `-` for none. */
export const salt: FieldKind = wordKind({
  read(text, field) {
    const octets = text === '-' ? '' : notEmpty(parseHex(text, field), field, 'rdata-hex');
    if (octets.length > 255) {
      throw new DnsSyntaxError(`the ${field} has ${octets.length} octets`, 'use at most 255 octets', 'rdata-hex');
    }
    return String.fromCharCode(octets.length) + octets;
  },
  print: (from, at, end) => (at + 1 === end ? '-' : printHex(from.slice(at + 1, end))),
  end: prefixedEnd,
  schema: { type: 'string', pattern: '^(-|([0-9a-fA-F]{2}){1,255})$' },
});

const BASE32HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/** Octets in base32 with the extended hexadecimal alphabet, without padding (RFC 4648 section 7). */
export function printBase32Hex(octets: string): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (let i = 0; i < octets.length; i++) {
    value = ((value << 8) | octets.charCodeAt(i)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32HEX[(value >>> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + BASE32HEX[(value << (5 - bits)) & 31];
}

/** The octets of base32 with the extended hexadecimal alphabet, padded or not, in either case. Throws for anything else. */
export function parseBase32Hex(text: string, field: string): string {
  const digits = text.toUpperCase().replace(/={1,6}$/, '');
  let octets = '';
  let bits = 0;
  let value = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = BASE32HEX.indexOf(digits[i] as string);
    if (digit < 0) notBase32(text, field);
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets += String.fromCharCode((value >>> bits) & 255);
    }
  }
  const padded = text.length === digits.length || text.length % 8 === 0;
  if (!padded || printBase32Hex(octets) !== digits) notBase32(text, field);
  return octets;
}

function notBase32(text: string, field: string): never {
  throw new DnsSyntaxError(
    `the ${field} ${quoted(text)} is not base32hex`,
    'write base32 with the digits 0-9 and a-v, without padding',
    'rdata-base32',
  );
}

/** A hashed owner name (RFC 5155 section 3.3): one word of base32hex behind the number of its octets. */
export const base32Hash: FieldKind = wordKind({
  read(text, field) {
    const octets = notEmpty(parseBase32Hex(text, field), field, 'rdata-base32');
    if (octets.length > 255) {
      throw new DnsSyntaxError(`the ${field} has ${octets.length} octets`, 'use at most 255 octets', 'rdata-base32');
    }
    return String.fromCharCode(octets.length) + octets;
  },
  print: (from, at, end) => printBase32Hex(from.slice(at + 1, end)),
  end(from, at, limit) {
    const end = prefixedEnd(from, at, limit);
    if (end === at + 1) badOctets('the hashed owner name is empty');
    return end;
  },
  schema: { type: 'string', pattern: '^[0-9a-vA-V]+$' },
});

function groups(width: number, size: number, separator: string, example: string): FieldKind {
  const group = `[0-9a-fA-F]{1,${2 * size}}`;
  const pattern = `^${group}(${separator}${group}){${width / size - 1}}$`;
  const wanted = new RegExp(pattern);
  return wordKind({
    read(text, field) {
      if (wanted.test(text)) {
        const digits = text.split(separator).map((part) => part.padStart(2 * size, '0'));
        return Buffer.from(digits.join(''), 'hex').toString('latin1');
      }
      throw new DnsSyntaxError(
        `the ${field} is ${quoted(text)}`,
        `write ${width / size} groups of hexadecimal digits, such as ${example}`,
        'rdata-hex',
      );
    },
    print(from, at, end) {
      let text = '';
      for (let pos = at; pos < end; pos += size) {
        const part = Buffer.from(from.slice(pos, pos + size), 'latin1').toString('hex');
        text += text === '' ? part : separator + part;
      }
      return text;
    },
    end: (_from, at, limit) => fixedEnd(at, width, limit),
    schema: { type: 'string', pattern },
  });
}

/** Six octets of a hardware address (RFC 7043 section 3.2). */
export const eui48 = groups(6, 1, '-', '00-00-5e-00-53-2a');
/** Eight octets of a hardware address (RFC 7043 section 4.2). */
export const eui64 = groups(8, 1, '-', '00-00-5e-ef-10-00-00-2a');
/** Eight octets in four groups, as ILNP writes node identifiers and locators (RFC 6742 section 2.1.2). */
export const ilnp64 = groups(8, 2, ':', '0014:4fff:ff20:ee64');
