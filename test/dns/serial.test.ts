import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSerials, isGreaterSerial, nextSerial, serial } from '../../src/dns/serial.ts';

const HALF = 2 ** 31;
const anySerial = fc
  .oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(0, 1, HALF - 1, HALF, HALF + 1, 2 ** 32 - 1))
  .map(serial);

describe('serial', () => {
  it('is taken modulo 2^32', () => {
    expect(serial(0)).toBe(0);
    expect(serial(2 ** 32 - 1)).toBe(4294967295);
    expect(serial(2 ** 32)).toBe(0);
    expect(serial(-1)).toBe(4294967295);
  });

  it('is a whole number', () => {
    for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])
      expect(() => serial(value)).toThrow(RangeError);
  });
});

describe('compareSerials', () => {
  // RFC 1982 section 5.2, with 32 bits.
  it.each([
    [1, 0, 'greater'],
    [44, 0, 'greater'],
    [100, 0, 'greater'],
    [100, 44, 'greater'],
    [2 ** 31 + 100, 2 ** 31 - 100, 'greater'],
    [0, 2 ** 32 - 1, 'greater'],
    [2 ** 31 - 1, 2 ** 32 - 1, 'undefined'],
    [5, 5, 'equal'],
    [2 ** 32 - 1, 0, 'less'],
    [HALF, 0, 'undefined'],
    [0, HALF, 'undefined'],
    [HALF - 1, 0, 'greater'],
    [HALF + 1, 0, 'less'],
  ] as const)('%d stands to %d as %s', (a, b, relation) => {
    expect(compareSerials(serial(a), serial(b))).toBe(relation);
  });

  it('turns around with its arguments', () => {
    const turned = { equal: 'equal', greater: 'less', less: 'greater', undefined: 'undefined' } as const;
    fc.assert(
      fc.property(anySerial, anySerial, (a, b) => {
        expect(compareSerials(b, a)).toBe(turned[compareSerials(a, b)]);
        expect(isGreaterSerial(a, b)).toBe(compareSerials(a, b) === 'greater');
      }),
    );
  });

  it('says that adding up to 2^31 - 1 makes it greater', () => {
    fc.assert(
      fc.property(anySerial, fc.integer({ min: 1, max: HALF - 1 }), (start, step) => {
        expect(compareSerials(serial(start + step), start)).toBe('greater');
      }),
    );
  });
});

describe('nextSerial', () => {
  it('is the wanted one where that comes after the previous, else the one after the previous', () => {
    expect(nextSerial(serial(5), serial(2026112300))).toBe(2026112300);
    expect(nextSerial(serial(2026112300), serial(2026112300))).toBe(2026112301);
    expect(nextSerial(serial(2026112305), serial(2026112300))).toBe(2026112306);
    expect(nextSerial(serial(2 ** 32 - 1), serial(7))).toBe(7);
    expect(nextSerial(serial(2 ** 32 - 1), serial(2 ** 32 - 1))).toBe(0);
    expect(nextSerial(serial(HALF), serial(0))).toBe(HALF + 1);
  });

  it('always comes after the previous', () => {
    fc.assert(
      fc.property(anySerial, anySerial, (previous, wanted) => {
        expect(isGreaterSerial(nextSerial(previous, wanted), previous)).toBe(true);
      }),
    );
  });
});
