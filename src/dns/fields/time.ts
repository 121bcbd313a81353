import { DnsSyntaxError, quoted } from '../fault.ts';
import { readU32, u32 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { fixedEnd, wordKind } from './structure.ts';

const SPACE = 0x100000000;

/**
 * The seconds since 1970 of `YYYYMMDDHHmmSS`, modulo 2^32 as these times are compared (RFC 4034 section 3.1.5): BIND writes
 * a time that is more than 68 years ahead as one before 1970. `undefined` where it is no such date or is before 1900.
 */
function readDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const time = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  // A date that does not exist (31 April, 24:00) comes out as another one.
  if (Number.isNaN(time) || year < 1900 || printDate(time) !== text) return undefined;
  return ((time % SPACE) + SPACE) % SPACE;
}

function printDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace(/[-T:]/g, '');
}

/**
 * A time of a signature (RFC 4034 section 3.2): `YYYYMMDDHHmmSS` in UTC, or seconds since 1970. Printed as a date, which is
 * the form that all name servers read.
 */
export const signatureTime: FieldKind = wordKind({
  read(text, field) {
    const time = text.length === 14 ? readDate(text) : /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
    if (time !== undefined && time <= 4294967295) return u32(time);
    throw new DnsSyntaxError(
      `the ${field} is ${quoted(text)}`,
      'write a time in UTC as YYYYMMDDHHmmSS, or seconds since 1970',
      'rdata-time',
    );
  },
  print: (from, at) => printDate(readU32(from, at)),
  end: (_from, at, limit) => fixedEnd(at, 4, limit),
  schema: {
    anyOf: [
      { type: 'string', pattern: '^[0-9]{14}$' },
      { type: 'integer', minimum: 0, maximum: 4294967295 },
    ],
  },
});
