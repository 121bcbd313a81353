import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTime, readTime } from '../../src/dns/timestamp.ts';

const LAST = 253402300799;
const two = (most: number) => fc.nat(most).map((n) => String(n).padStart(2, '0'));

describe('a time', () => {
  it('is read as it is printed', () => {
    fc.assert(fc.property(fc.nat(LAST), (seconds) => readTime(printTime(seconds)) === seconds));
    for (const seconds of [0, 1, 951782400, LAST]) expect(readTime(printTime(seconds))).toBe(seconds);
    expect(readTime(printTime(LAST + 5))).toBe(LAST);
  });

  it('is read only where there is such a day, and such a time on it', () => {
    const text = fc
      .tuple(fc.constantFrom('1969', '1970', '2024', '2026', '9999'), two(14), two(33), two(25), two(61), two(61))
      .map(([year, month, day, hour, minute, second]) => `${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    fc.assert(
      fc.property(text, (said) => {
        const seconds = readTime(said);
        return seconds === undefined || printTime(seconds) === said;
      }),
      { numRuns: 3000 },
    );
    const wrong = ['2026-02-29', '2026-06-31', '2026-13-01', '2026-00-10', '1969-12-31'];
    for (const day of wrong) expect(readTime(`${day}T00:00:00Z`)).toBeUndefined();
    for (const time of ['24:00:00', '23:60:00', '23:59:60', '1:00:00']) {
      expect(readTime(`2026-01-31T${time}Z`)).toBeUndefined();
    }
    for (const other of ['', '2026-01-31', '2026-01-31T00:00:00', '2026-01-31T00:00:00.0Z', '+02026-01-31T00:00:00Z']) {
      expect(readTime(other)).toBeUndefined();
    }
    expect(readTime('2024-02-29T23:59:59Z')).toBe(1709251199);
  });
});
