import { DnsSyntaxError, quoted } from '../fault.ts';
import { readU32, u32 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { hasMore, takeBare } from '../token.ts';
import { badOctets, fixedEnd, scalarText } from './structure.ts';

const EQUATOR = 0x80000000;
const REFERENCE = 10000000;

function bad(field: string, text: string, fix: string): never {
  throw new DnsSyntaxError(`the ${field} is ${quoted(text)}`, fix, 'rdata-location');
}

/** A decimal number with up to `places` decimals, as a whole number of its last decimal; `undefined` for anything else. */
function readDecimal(text: string, places: number): number | undefined {
  const parts = /^([0-9]{1,10})(?:\.([0-9]*))?$/.exec(text);
  const decimals = parts?.[2] ?? '';
  if (parts === null || decimals.length > places) return undefined;
  return Number(`${parts[1]}${decimals.padEnd(places, '0')}`);
}

function coordinate(positive: 'N' | 'E', negative: 'S' | 'W', degrees: number): FieldKind {
  const fix = `write degrees (to ${degrees}), minutes, seconds and ${positive} or ${negative}, such as 52 22 23.000 ${positive}`;
  const read = (words: readonly string[], field: string): string => {
    const text = words.join(' ');
    const direction = words.at(-1);
    if (words.length < 2 || words.length > 4 || (direction !== positive && direction !== negative))
      bad(field, text, fix);
    const degree = readDecimal(words[0] as string, 0) ?? Infinity;
    const minute = words.length > 2 ? (readDecimal(words[1] as string, 0) ?? Infinity) : 0;
    const thousandths = words.length > 3 ? (readDecimal(words[2] as string, 3) ?? Infinity) : 0;
    const total = (degree * 60 + minute) * 60000 + thousandths;
    if (minute > 59 || thousandths > 59999 || total > degrees * 3600000) bad(field, text, fix);
    return u32(EQUATOR + (direction === positive ? total : -total));
  };
  const print = (from: string, at: number): string => {
    const offset = readU32(from, at) - EQUATOR;
    const total = Math.abs(offset);
    const seconds = ((total % 60000) / 1000).toFixed(3);
    const minutes = Math.floor(total / 60000) % 60;
    return `${Math.floor(total / 3600000)} ${minutes} ${seconds} ${offset < 0 ? negative : positive}`;
  };
  return {
    parse(tokens, field) {
      const words: string[] = [];
      do words.push(takeBare(tokens, field));
      while (words.length < 4 && words.at(-1) !== positive && words.at(-1) !== negative);
      return read(words, field);
    },
    print,
    encode: (value, field) => read(scalarText(value, field).trim().split(/\s+/), field),
    decode: print,
    end(from, at, limit) {
      const end = fixedEnd(at, 4, limit);
      if (Math.abs(readU32(from, at) - EQUATOR) > degrees * 3600000)
        badOctets(`a coordinate is over ${degrees} degrees`);
      return end;
    },
    schema: { type: 'string', pattern: `^[0-9]+( [0-9]+( [0-9]+(\\.[0-9]{1,3})?)?)? [${positive}${negative}]$` },
  };
}

/** A latitude (RFC 1876 section 2), in thousandths of a second of arc from the equator. */
export const latitude = coordinate('N', 'S', 90);
/** A longitude (RFC 1876 section 2), in thousandths of a second of arc from the prime meridian. */
export const longitude = coordinate('E', 'W', 180);

function metres(centimetres: number): string {
  return `${Math.floor(centimetres / 100)}.${String(centimetres % 100).padStart(2, '0')}m`;
}

/** An altitude (RFC 1876 section 2): centimetres above 100,000 m below the reference spheroid, written in metres. */
export const altitude: FieldKind = {
  parse: (tokens, field) => readAltitude(takeBare(tokens, field), field),
  print: printAltitude,
  encode: (value, field) => readAltitude(scalarText(value, field), field),
  decode: printAltitude,
  end: (_from, at, limit) => fixedEnd(at, 4, limit),
  schema: { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,2})?m?$' },
};

function readAltitude(text: string, field: string): string {
  const value = readDecimal(text.replace(/^-/, '').replace(/m$/, ''), 2);
  const centimetres = REFERENCE + (text.startsWith('-') ? -1 : 1) * (value ?? Infinity);
  if (centimetres >= 0 && centimetres <= 4294967295) return u32(centimetres);
  return bad(field, text, 'write metres from -100000.00 to 42849672.95, such as -2.00m');
}

function printAltitude(from: string, at: number): string {
  const centimetres = readU32(from, at) - REFERENCE;
  return (centimetres < 0 ? '-' : '') + metres(Math.abs(centimetres));
}

/**
 * A size or precision (RFC 1876 section 2): one digit and a power of ten, in centimetres; what is finer is cut off.
 * `normal` is what it is where it is left out.
 */
export function precision(normal: string): FieldKind {
  const read = (text: string, field: string): string => {
    const centimetres = readDecimal(text.replace(/m$/, ''), 2);
    if (centimetres === undefined || centimetres > 9000000000) {
      bad(field, text, 'write metres from 0 to 90000000.00, such as 10m');
    }
    const exponent = centimetres === 0 ? 0 : String(centimetres).length - 1;
    return String.fromCharCode((Number(String(centimetres)[0]) << 4) | exponent);
  };
  const print = (from: string, at: number): string => {
    const centimetres = (from.charCodeAt(at) >>> 4) * 10 ** (from.charCodeAt(at) & 15);
    return centimetres % 100 === 0 ? `${centimetres / 100}m` : metres(centimetres);
  };
  return {
    parse: (tokens, field) => (hasMore(tokens) ? read(takeBare(tokens, field), field) : read(normal, field)),
    print,
    encode: (value, field) => read(value === undefined ? normal : scalarText(value, field), field),
    decode: print,
    end(from, at, limit) {
      const end = fixedEnd(at, 1, limit);
      const base = from.charCodeAt(at) >>> 4;
      const exponent = from.charCodeAt(at) & 15;
      if (base > 9 || exponent > 9 || (base === 0 && exponent > 0)) badOctets('a size or precision is malformed');
      return end;
    },
    schema: { type: 'string', pattern: '^[0-9]+(\\.[0-9]{1,2})?m?$' },
    optional: true,
  };
}
