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
  const day = dayOf(text.slice(0, 8));
  const hour = digits(text, 8, 10);
  const minute = digits(text, 10, 12);
  const second = digits(text, 12, 14);
  // A number that has other characters in it is NaN, which is not below anything.
  if (day === undefined || !(hour < 24 && minute < 60 && second < 60)) return undefined;
  const time = day + hour * 3600 + minute * 60 + second;
  return ((time % SPACE) + SPACE) % SPACE;
}

/** The number that these digits are; `NaN` where others are among them. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    value = c >= 48 && c <= 57 ? value * 10 + c - 48 : Number.NaN;
  }
  return value;
}

const DAY = 86400;

/** Days that were read and printed last: the signatures of a zone end on a few days, and there are many of them. */
const readDays = new Map<string, number | undefined>();
const printedDays = new Map<number, string>();
const KNOWN_DAYS = 1000;

/** The seconds since 1970 at which the day `YYYYMMDD` begins; `undefined` where there is none such or it is before 1900. */
function dayOf(text: string): number | undefined {
  if (!readDays.has(text)) {
    if (readDays.size >= KNOWN_DAYS) readDays.clear();
    const year = digits(text, 0, 4);
    const time = Date.UTC(year, digits(text, 4, 6) - 1, digits(text, 6, 8)) / 1000;
    // A date that does not exist (31 April) comes out as another one.
    readDays.set(text, Number.isNaN(time) || year < 1900 || printDay(time / DAY) !== text ? undefined : time);
  }
  return readDays.get(text);
}

function printDay(day: number): string {
  let text = printedDays.get(day);
  if (text === undefined) {
    if (printedDays.size >= KNOWN_DAYS) printedDays.clear();
    text = new Date(day * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '');
    printedDays.set(day, text);
  }
  return text;
}

const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

function printDate(seconds: number): string {
  const day = Math.floor(seconds / DAY);
  const rest = seconds - day * DAY;
  const minutes = Math.floor(rest / 60);
  const hour = Math.floor(minutes / 60);
  return `${printDay(day)}${twoDigits[hour]}${twoDigits[minutes - hour * 60]}${twoDigits[rest - minutes * 60]}`;
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
