import { DnsSyntaxError, quoted } from '../fault.ts';
import { readU16, u16 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { portableTypeName, typeCode, typeName } from '../rrtype.ts';
import { hasMore, takeBare } from '../token.ts';
import { metaTypes } from '../types/meta.ts';
import { badOctets, fixedEnd, listOf, scalarText, wordKind } from './structure.ts';

const typeSchema = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9-]*$' } as const;

/** The code of a type that a field names. Throws where it is none. */
function readType(text: string, field: string): number {
  // Compact denial of existence (RFC 9824) puts the meta type NXNAME into bitmaps.
  const code = typeCode(text) ?? metaTypes.get(text.toUpperCase());
  if (code !== undefined) return code;
  throw new DnsSyntaxError(
    `${quoted(text)} in the ${field} is not a record type`,
    'write a mnemonic such as AAAA, or TYPE and the number',
    'unknown-type',
  );
}

/** The same, where the number alone is a spelling of the type too, as BIND writes it for types that it does not know. */
function readNumberedType(text: string, field: string): number {
  return readType(/^[0-9]{1,5}$/.test(text) ? `TYPE${text}` : text, field);
}

/**
 * A record type (the type that an RRSIG covers, 0 in a SIG over a message), by its mnemonic or its number. Printed by its mnemonic where all name servers know it.
 */
export const recordType: FieldKind = wordKind({
  read: (text, field) => u16(readNumberedType(text, field)),
  print: (from, at) => portableTypeName(readU16(from, at)),
  decode: (from, at) => typeName(readU16(from, at)),
  end: (_from, at, limit) => fixedEnd(at, 2, limit),
  schema: typeSchema,
});

/** The bitmap of RFC 4034 section 4.1.2: windows of 256 types, none of them empty, without trailing zero octets. */
export function encodeBitmap(codes: readonly number[]): string {
  const bits = [...new Set(codes)].sort((a, b) => a - b);
  let bitmap = '';
  for (let i = 0; i < bits.length; ) {
    const window = (bits[i] as number) >>> 8;
    const bytes: number[] = [];
    for (; i < bits.length && (bits[i] as number) >>> 8 === window; i++) {
      const low = (bits[i] as number) & 255;
      while (bytes.length <= low >>> 3) bytes.push(0);
      bytes[low >>> 3] = (bytes[low >>> 3] as number) | (0x80 >>> (low & 7));
    }
    bitmap += String.fromCharCode(window, bytes.length, ...bytes);
  }
  return bitmap;
}

/** The codes of the types in a checked bitmap, ascending. */
export function decodeBitmap(from: string, at: number, end: number): number[] {
  const codes: number[] = [];
  for (let pos = at; pos < end; pos += 2 + from.charCodeAt(pos + 1)) {
    const length = from.charCodeAt(pos + 1);
    for (let bit = 0; bit < 8 * length; bit++) {
      if ((from.charCodeAt(pos + 2 + (bit >>> 3)) & (0x80 >>> (bit & 7))) !== 0) {
        codes.push((from.charCodeAt(pos) << 8) | bit);
      }
    }
  }
  return codes;
}

/** The code of a type that can stand in a bitmap, which 0 cannot. */
function bitmapType(text: string, field: string): number {
  const code = readType(text, field);
  if (code !== 0) return code;
  throw new DnsSyntaxError(`the ${field} has the reserved type 0`, 'take it out', 'unknown-type');
}

/** Bitmaps that were printed: a zone has few of them, each in a great many records. */
const printed = new Map<string, string>();
const MOST_PRINTED = 256;

function printBitmap(bitmap: string): string {
  let text = printed.get(bitmap);
  if (text === undefined) {
    if (printed.size >= MOST_PRINTED) printed.clear();
    text = decodeBitmap(bitmap, 0, bitmap.length).map(portableTypeName).join(' ');
    printed.set(bitmap, text);
  }
  return text;
}

/** A set of record types up to the end of the rdata, none or more (NSEC, NSEC3, CSYNC). */
export const typeBitmap: FieldKind = {
  parse(tokens, field) {
    const codes: number[] = [];
    while (hasMore(tokens)) codes.push(bitmapType(takeBare(tokens, field), field));
    return encodeBitmap(codes);
  },
  print: (from, at, end) => printBitmap(from.slice(at, end)),
  encode: (value, field) =>
    value === undefined ? '' : encodeBitmap(listOf(value).map((type) => bitmapType(scalarText(type, field), field))),
  decode: (from, at, end) => decodeBitmap(from, at, end).map(typeName),
  end(from, at, limit) {
    let last = -1;
    let pos = at;
    while (pos < limit) {
      const window = from.charCodeAt(pos);
      const length = from.charCodeAt(pos + 1);
      const next = pos + 2 + length;
      const fits = next <= limit && length >= 1 && length <= 32;
      if (!fits || window <= last || from.charCodeAt(next - 1) === 0) badOctets('the type bitmap is malformed');
      last = window;
      pos = next;
    }
    if (last >= 0 && from.charCodeAt(at) === 0 && (from.charCodeAt(at + 2) & 0x80) !== 0) {
      badOctets('the type bitmap has the reserved type 0');
    }
    return limit;
  },
  schema: { type: 'array', items: typeSchema, uniqueItems: true },
  optional: true,
};

/** The set of types of NXT (RFC 2535 section 5.2): one bit for each type from 1 to 127, without trailing zero octets. */
export const nxtBitmap: FieldKind = {
  parse(tokens, field) {
    const codes: number[] = [];
    while (hasMore(tokens)) codes.push(nxtType(takeBare(tokens, field), field));
    return nxtBits(codes);
  },
  print: (from, at, end) => nxtCodes(from, at, end).map(portableTypeName).join(' '),
  encode: (value, field) =>
    value === undefined ? '' : nxtBits(listOf(value).map((type) => nxtType(scalarText(type, field), field))),
  decode: (from, at, end) => nxtCodes(from, at, end).map(typeName),
  end(from, at, limit) {
    const length = limit - at;
    if (length > 16 || (length > 0 && (from.charCodeAt(limit - 1) === 0 || (from.charCodeAt(at) & 0x80) !== 0))) {
      badOctets('the type bitmap is malformed');
    }
    return limit;
  },
  schema: { type: 'array', items: typeSchema, uniqueItems: true },
  optional: true,
};

function nxtType(text: string, field: string): number {
  const code = readNumberedType(text, field);
  if (code >= 1 && code <= 127) return code;
  throw new DnsSyntaxError(
    `${quoted(text)} cannot stand in the ${field}`,
    'name types from 1 to 127 only',
    'unknown-type',
  );
}

function nxtBits(codes: readonly number[]): string {
  return encodeBitmap(codes).slice(2);
}

function nxtCodes(from: string, at: number, end: number): number[] {
  return decodeBitmap(String.fromCharCode(0, end - at) + from.slice(at, end), 0, end - at + 2);
}
