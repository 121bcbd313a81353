import { DnsSyntaxError, quoted } from '../fault.ts';
import type { Octets } from '../octets.ts';
import { fromText, octets, toBuffer, toText } from '../octets.ts';
import type { Data, FieldKind, JsonSchema } from '../rrtype.ts';
import { hasMore, take, unescapeOctets } from '../token.ts';
import { badOctets, listOf, mapOf, prefixedEnd, scalarText } from './structure.ts';

/**
 * A text of the structured form: the UTF-8 of a string, or `{ hex }` for octets that are no UTF-8.
 * The same schema and the same two functions serve every field that holds free octets.
 */
export const textSchema: JsonSchema = {
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: { hex: { type: 'string', pattern: '^([0-9a-fA-F]{2})*$' } },
      required: ['hex'],
      additionalProperties: false,
    },
  ],
};

/** The octets of a text in structured form. */
export function encodeText(value: unknown, field: string): Octets {
  const hex = mapOf(value)?.get('hex');
  if (hex !== undefined) {
    if (typeof hex === 'string' && /^([0-9a-fA-F]{2})*$/.test(hex)) {
      return octets(Buffer.from(hex, 'hex').toString('latin1'));
    }
    throw new DnsSyntaxError(
      `the ${field} has a "hex" that is not hexadecimal`,
      'write pairs of hexadecimal digits',
      'rdata-hex',
    );
  }
  return fromText(scalarText(value, field));
}

/** A text in structured form. */
export function decodeText(from: Octets): Data {
  return toText(from) ?? { hex: toBuffer(from).toString('hex') };
}

/** A `<character-string>` (RFC 1035 section 3.3): one octet of length and up to 255 octets. */
export const characterString: FieldKind = {
  parse: (tokens, field) => lengthPrefixed(unescapeOctets(take(tokens, field)), field),
  print: (from, at, end) => printQuoted(from, at + 1, end),
  encode: (value, field) => lengthPrefixed(encodeText(value, field), field),
  decode: (from, at, end) => decodeText(octets(from.slice(at + 1, end))),
  end: prefixedEnd,
  schema: textSchema,
};

/** A character string that may be left out as the last field (the sub-address of ISDN). */
export const optionalString: FieldKind = {
  parse: (tokens, field, before) => (hasMore(tokens) ? characterString.parse(tokens, field, before) : ''),
  print: (from, at, end, start) => (at === end ? '' : characterString.print(from, at, end, start)),
  encode: (value, field, before, origin) =>
    value === undefined ? '' : characterString.encode(value, field, before, origin),
  decode: (from, at, end, start) => (at === end ? undefined : characterString.decode(from, at, end, start)),
  end: (from, at, limit) => (at === limit ? at : prefixedEnd(from, at, limit)),
  schema: textSchema,
  optional: true,
};

/** One or more character strings up to the end of the rdata (TXT and its kin). */
export const characterStrings: FieldKind = {
  parse(tokens, field) {
    let all = lengthPrefixed(unescapeOctets(take(tokens, field)), field);
    while (hasMore(tokens)) all += lengthPrefixed(unescapeOctets(take(tokens, field)), field);
    return all;
  },
  print(from, at, end) {
    let text = '';
    for (let pos = at; pos < end; ) {
      const next = pos + 1 + from.charCodeAt(pos);
      text += `${text === '' ? '' : ' '}${printQuoted(from, pos + 1, next)}`;
      pos = next;
    }
    return text;
  },
  encode(value, field) {
    const strings = listOf(value);
    if (strings.length === 0) {
      throw new DnsSyntaxError(`the ${field} are empty`, 'give at least one character string', 'rdata-missing-field');
    }
    let all = '';
    for (const each of strings) all += lengthPrefixed(encodeText(each, field), field);
    return all;
  },
  decode(from, at, end) {
    const strings: Data[] = [];
    for (let pos = at; pos < end; pos += 1 + from.charCodeAt(pos)) {
      strings.push(decodeText(octets(from.slice(pos + 1, pos + 1 + from.charCodeAt(pos)))));
    }
    return strings;
  },
  end(from, at, limit) {
    let pos = prefixedEnd(from, at, limit);
    while (pos < limit) pos = prefixedEnd(from, pos, limit);
    return pos;
  },
  schema: { anyOf: [textSchema, { type: 'array', items: textSchema, minItems: 1 }] },
};

/** One word of ASCII letters and digits behind its length: the tag of CAA (RFC 8659 section 4.1). */
export const alphanumeric: FieldKind = {
  parse: (tokens, field) => readAlphanumeric(take(tokens, field), field),
  print: (from, at, end) => from.slice(at + 1, end),
  encode: (value, field) => readAlphanumeric(scalarText(value, field), field),
  decode: (from, at, end) => from.slice(at + 1, end),
  end(from, at, limit) {
    const end = prefixedEnd(from, at, limit);
    if (!/^[a-zA-Z0-9]+$/.test(from.slice(at + 1, end))) badOctets('a word in the rdata is not of letters and digits');
    return end;
  },
  schema: { type: 'string', pattern: '^[a-zA-Z0-9]{1,255}$' },
};

function readAlphanumeric(text: string, field: string): string {
  if (/^[a-zA-Z0-9]{1,255}$/.test(text)) return String.fromCharCode(text.length) + text;
  throw new DnsSyntaxError(`the ${field} is ${quoted(text)}`, 'use ASCII letters and digits only', 'rdata-word');
}

/** A character string of four or more decimal digits: an address of the X.25 network (RFC 1183 section 3.1). */
export const digits: FieldKind = {
  parse: (tokens, field) => readDigits(unescapeOctets(take(tokens, field)), field),
  print: (from, at, end) => printQuoted(from, at + 1, end),
  encode: (value, field) => readDigits(scalarText(value, field), field),
  decode: (from, at, end) => from.slice(at + 1, end),
  end(from, at, limit) {
    const end = prefixedEnd(from, at, limit);
    if (!/^[0-9]{4,}$/.test(from.slice(at + 1, end)))
      badOctets('an address in the rdata is not of four or more digits');
    return end;
  },
  schema: { type: 'string', pattern: '^[0-9]{4,255}$' },
};

function readDigits(text: string, field: string): string {
  if (/^[0-9]{4,255}$/.test(text)) return String.fromCharCode(text.length) + text;
  throw new DnsSyntaxError(`the ${field} is ${quoted(text)}`, 'write four or more decimal digits', 'rdata-number');
}

/** Free octets up to the end of the rdata, written as one string in quotes (the value of CAA, the target of URI). */
export const restOfRdata: FieldKind = {
  parse: (tokens, field) => unescapeOctets(take(tokens, field)),
  print: (from, at, end) => printQuoted(from, at, end),
  encode: (value, field) => encodeText(value, field),
  decode: (from, at, end) => decodeText(octets(from.slice(at, end))),
  end: (_from, _at, limit) => limit,
  schema: textSchema,
};

function lengthPrefixed(text: string, field: string): string {
  if (text.length > 255) {
    throw new DnsSyntaxError(
      `a character string of the ${field} has ${text.length} octets`,
      'split it into strings of at most 255 octets',
      'string-length',
    );
  }
  return String.fromCharCode(text.length) + text;
}

/** Octets in quotes: `"` and `\` behind a backslash, octets that are not printable ASCII as `\DDD`. */
export function printQuoted(from: string, at: number, end: number): string {
  let clean = true;
  for (let i = at; i < end && clean; i++) {
    const c = from.charCodeAt(i);
    clean = c >= 0x20 && c <= 0x7e && c !== 34 && c !== 92;
  }
  if (clean) return `"${from.slice(at, end)}"`;
  let text = '"';
  for (let i = at; i < end; i++) {
    const c = from.charCodeAt(i);
    if (c === 34 || c === 92) text += `\\${from[i]}`;
    else if (c < 0x20 || c > 0x7e) text += `\\${c.toString().padStart(3, '0')}`;
    else text += from[i];
  }
  return `${text}"`;
}
