import { DnsSyntaxError } from '../fault.ts';
import { readU16, readU32, u8, u16, u32 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { parseUnsigned, takeBare } from '../token.ts';
import { parseTtl } from '../ttl.ts';

/** A number that has names, such as a DNSSEC algorithm: the names are accepted, the number is printed. */
export type Mnemonics = Readonly<Record<string, number>>;

type Width = 1 | 2 | 4;

const encodeWidth = { 1: u8, 2: u16, 4: u32 } as const;
const maxOf = { 1: 255, 2: 65535, 4: 4294967295 } as const;

function read(from: string, at: number, width: Width): number {
  return width === 1 ? from.charCodeAt(at) : width === 2 ? readU16(from, at) : readU32(from, at);
}

function integer(width: Width, mnemonics?: Mnemonics): FieldKind {
  const max = maxOf[width];
  const parseText = (text: string, field: string): number => {
    const code = text.charCodeAt(0);
    if (mnemonics !== undefined && (code < 48 || code > 57)) {
      const known = Object.hasOwn(mnemonics, text.toUpperCase()) ? mnemonics[text.toUpperCase()] : undefined;
      if (known !== undefined) return known;
    }
    return parseUnsigned(text, max, field);
  };
  return {
    parse: (tokens, field) => encodeWidth[width](parseText(takeBare(tokens, field), field)),
    print: (from, at) => String(read(from, at, width)),
    encode: (value, field) => encodeWidth[width](parseText(scalarText(value, field), field)),
    decode: (from, at) => read(from, at, width),
    end: (_from, at, limit) => fixedEnd(at, width, limit),
    schema:
      mnemonics === undefined
        ? { type: 'integer', minimum: 0, maximum: max }
        : { anyOf: [{ type: 'integer', minimum: 0, maximum: max }, { enum: Object.keys(mnemonics) }] },
  };
}

/** An 8-bit number. */
export const uint8 = integer(1);
/** A 16-bit number. */
export const uint16 = integer(2);
/** A 32-bit number. */
export const uint32 = integer(4);

/** An 8-bit number that has names. */
export function named8(mnemonics: Mnemonics): FieldKind {
  return integer(1, mnemonics);
}

/** A 16-bit number that has names. */
export function named16(mnemonics: Mnemonics): FieldKind {
  return integer(2, mnemonics);
}

/** A 32-bit time in seconds, which people may write with units (`1h`). */
export const seconds: FieldKind = {
  ...uint32,
  parse: (tokens, field) => u32(parseTtl(takeBare(tokens, field), `the ${field}`)),
  encode: (value, field) => u32(parseTtl(scalarText(value, field), `the ${field}`)),
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 2147483647 },
      { type: 'string', pattern: '^([0-9]+[smhdwSMHDW])+$|^[0-9]+$' },
    ],
  },
};

/** A structured value that must be a text or a number, as text. Throws for lists, maps and nothing. */
export function scalarText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new DnsSyntaxError(
    value === undefined ? `the ${field} is missing` : `the ${field} is not a single value`,
    `give the ${field} as one value`,
    value === undefined ? 'rdata-missing-field' : 'rdata-syntax',
  );
}

/** The end of a field of fixed width. Throws where the rdata ends before it. */
export function fixedEnd(at: number, width: number, limit: number): number {
  if (at + width > limit) throw new DnsSyntaxError('the rdata is cut off', 'check where the data comes from');
  return at + width;
}
