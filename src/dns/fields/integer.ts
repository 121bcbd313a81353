import { DnsSyntaxError, quoted } from '../fault.ts';
import { readU16, readU32, u8, u16, u32 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { parseUnsigned } from '../token.ts';
import { parseSeconds } from '../ttl.ts';
import { badOctets, fixedEnd, wordKind } from './structure.ts';

/** A number that has names, such as a DNSSEC algorithm: the names are accepted, the number is printed. */
export type Mnemonics = Readonly<Record<string, number>>;

type Width = 1 | 2 | 4;

const encodeWidth = { 1: u8, 2: u16, 4: u32 } as const;
const maxOf = { 1: 255, 2: 65535, 4: 4294967295 } as const;

function read(from: string, at: number, width: Width): number {
  return width === 1 ? from.charCodeAt(at) : width === 2 ? readU16(from, at) : readU32(from, at);
}

function integer(width: Width, max: number = maxOf[width]): FieldKind {
  const encode = encodeWidth[width];
  return wordKind({
    read: (text, field) => encode(parseUnsigned(text, max, field)),
    print: (from, at) => String(read(from, at, width)),
    decode: (from, at) => read(from, at, width),
    end: (_from, at, limit) => fixedEnd(at, width, limit),
    schema: { type: 'integer', minimum: 0, maximum: max },
  });
}

/** An 8-bit number. */
export const uint8 = integer(1);
/** A 16-bit number. */
export const uint16 = integer(2);
/** A 32-bit number. */
export const uint32 = integer(4);

/** An 8-bit number that goes up to `max` only. */
export function limited8(max: number): FieldKind {
  return {
    ...integer(1, max),
    end(from, at, limit) {
      const end = fixedEnd(at, 1, limit);
      if (from.charCodeAt(at) > max) badOctets(`a number in the rdata is over ${max}`);
      return end;
    },
  };
}

function named(plain: FieldKind, width: Width, mnemonics: Mnemonics): FieldKind {
  const encode = encodeWidth[width];
  const max = maxOf[width];
  return wordKind({
    read(text, field) {
      const first = text.charCodeAt(0);
      if (first >= 48 && first <= 57) return encode(parseUnsigned(text, max, field));
      const upper = text.toUpperCase();
      const value = Object.hasOwn(mnemonics, upper) ? mnemonics[upper] : undefined;
      if (value !== undefined) return encode(value);
      throw new DnsSyntaxError(
        `the ${field} is ${quoted(text)}`,
        `write a whole number from 0 to ${max}, or one of ${Object.keys(mnemonics).join(', ')}`,
        'rdata-mnemonic',
      );
    },
    print: plain.print,
    decode: plain.decode,
    end: plain.end,
    schema: { anyOf: [plain.schema, { enum: Object.keys(mnemonics) }] },
  });
}

/** An 8-bit number that has names. */
export function named8(mnemonics: Mnemonics): FieldKind {
  return named(uint8, 1, mnemonics);
}

/** A 16-bit number that has names. */
export function named16(mnemonics: Mnemonics): FieldKind {
  return named(uint16, 2, mnemonics);
}

/** A 32-bit time in seconds, which people may write with units (`1h`). */
export const seconds: FieldKind = wordKind({
  read(text, field) {
    const value = parseSeconds(text);
    if (value !== undefined && value <= maxOf[4]) return u32(value);
    throw new DnsSyntaxError(
      `the ${field} is ${quoted(text)}`,
      value === undefined
        ? 'write seconds (3600) or a time such as 1h, 30m, 1d or 1w'
        : 'use at most 4294967295 seconds',
      value === undefined ? 'ttl-syntax' : 'ttl-range',
    );
  },
  print: uint32.print,
  decode: uint32.decode,
  end: uint32.end,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 4294967295 },
      { type: 'string', pattern: '^([0-9]+[smhdwSMHDW])+$|^[0-9]+$' },
    ],
  },
});

/** A 64-bit number, in structured form as text: JSON numbers lose the last digits of large ones. */
export const uint64: FieldKind = wordKind({
  read(text, field) {
    const value = /^[0-9]{1,40}$/.test(text) ? BigInt(text) : -1n;
    if (value >= 0n && value < 1n << 64n) return u32(Number(value >> 32n)) + u32(Number(value & 0xffffffffn));
    throw new DnsSyntaxError(
      `the ${field} is ${quoted(text)}`,
      'write a whole number from 0 to 18446744073709551615',
      'rdata-number',
    );
  },
  print: (from, at) => String((BigInt(readU32(from, at)) << 32n) | BigInt(readU32(from, at + 4))),
  end: (_from, at, limit) => fixedEnd(at, 8, limit),
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^[0-9]{1,20}$' },
    ],
  },
});
