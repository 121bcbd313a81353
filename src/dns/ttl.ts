import { DnsSyntaxError, quoted } from './fault.ts';

/** The largest TTL (RFC 2181 section 8). */
export const MAX_TTL = 2147483647;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/**
 * Reads a time in seconds: a whole number, or numbers with the units `s m h d w` in either case (`1h30m`), as BIND, Knot
 * and NSD read them. Throws {@link DnsSyntaxError} for anything else and for more than `max` seconds.
 */
export function parseTtl(text: string, what = 'the TTL', max = MAX_TTL): number {
  const seconds = parseSeconds(text);
  if (seconds === undefined) {
    throw new DnsSyntaxError(
      `${what} is ${quoted(text)}`,
      'write seconds (3600) or a time such as 1h, 30m, 1d or 1w',
      'ttl-syntax',
    );
  }
  if (seconds > max) {
    throw new DnsSyntaxError(
      `${what} ${quoted(text)} is over ${max} seconds`,
      `use at most ${max} seconds`,
      'ttl-range',
    );
  }
  return seconds;
}

/** The seconds that a text such as `3600` or `1h30m` stands for, without an upper limit; `undefined` where it is none. */
export function parseSeconds(text: string): number | undefined {
  if (text.length === 0 || text.length > 40) return undefined;
  let seconds = 0;
  let number = -1;
  let units = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 48 && c <= 57) {
      number = (number < 0 ? 0 : number) * 10 + c - 48;
      continue;
    }
    const unit = UNITS[String.fromCharCode(c | 32)];
    if (unit === undefined || number < 0) return undefined;
    seconds += number * unit;
    number = -1;
    units = true;
  }
  if (number >= 0) {
    if (units) return undefined;
    seconds = number;
  }
  return seconds;
}

/** A time as people write it: `1h`, `1d`, `90m`, or plain seconds where no single unit fits. */
export function printTtl(seconds: number): string {
  if (seconds === 0) return '0';
  for (const [unit, size] of [
    ['w', 604800],
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return String(seconds);
}
