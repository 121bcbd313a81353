import { DnsSyntaxError } from '../fault.ts';
import type { Octets } from '../octets.ts';
import { fromText, octets, toBuffer, toText } from '../octets.ts';
import type { Data, FieldKind, JsonSchema } from '../rrtype.ts';
import { hasMore, take, unescapeOctets } from '../token.ts';
import { scalarText } from './integer.ts';

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
  if (typeof value === 'object' && value !== null && 'hex' in value && typeof value.hex === 'string') {
    if (/^([0-9a-fA-F]{2})*$/.test(value.hex)) return octets(Buffer.from(value.hex, 'hex').toString('latin1'));
    throw new DnsSyntaxError(`the ${field} has a "hex" that is not hexadecimal`, 'write pairs of hexadecimal digits');
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
  end: stringEnd,
  schema: textSchema,
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
    const strings = Array.isArray(value) ? (value as unknown[]) : [value];
    if (strings.length === 0) throw new DnsSyntaxError(`the ${field} are empty`, 'give at least one character string');
    return strings.map((each) => lengthPrefixed(encodeText(each, field), field)).join('');
  },
  decode(from, at, end) {
    const strings: Data[] = [];
    for (let pos = at; pos < end; pos += 1 + from.charCodeAt(pos)) {
      strings.push(decodeText(octets(from.slice(pos + 1, pos + 1 + from.charCodeAt(pos)))));
    }
    return strings;
  },
  end(from, at, limit) {
    let pos = stringEnd(from, at, limit);
    while (pos < limit) pos = stringEnd(from, pos, limit);
    return pos;
  },
  schema: { anyOf: [textSchema, { type: 'array', items: textSchema, minItems: 1 }] },
};

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

function stringEnd(from: string, at: number, limit: number): number {
  const end = at < limit ? at + 1 + from.charCodeAt(at) : limit + 1;
  if (end > limit) throw new DnsSyntaxError('a character string is cut off', 'check where the data comes from');
  return end;
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
