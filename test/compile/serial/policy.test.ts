import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialAfterChange, wantedNumber } from '../../../src/compile/serial/policy.ts';
import { isGreaterSerial, serial } from '../../../src/dns/serial.ts';
import type { SerialPolicy } from '../../../src/zone/settings.ts';

const noon = Date.UTC(2026, 10, 22, 12) / 1000;

describe('wantedNumber', () => {
  it('is the time, the first number of the UTC day, or 1', () => {
    expect(wantedNumber('unixtime', noon)).toBe(noon);
    expect(wantedNumber('date', noon)).toBe(2026112201);
    expect(wantedNumber('date', noon + 12 * 3600)).toBe(2026112301);
    expect(wantedNumber('increment', noon)).toBe(1);
  });

  it('is never 0, whatever the clock says', () => {
    for (const time of [0, -1, -1e12, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(wantedNumber('unixtime', time)).toBeGreaterThan(0);
      expect(wantedNumber('date', time)).toBeGreaterThan(0);
    }
    expect(wantedNumber('date', 1e18)).toBeGreaterThan(0);
  });
});

describe('serialAfterChange', () => {
  const policies = fc.constantFrom<SerialPolicy>('unixtime', 'date', 'increment');
  const serials = fc.integer({ min: 0, max: 0xffffffff }).map(serial);

  it('is greater than the serial before, for every policy, clock and wrap-around', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: -1e6, max: 0x200000000 }), serials, (policy, time, previous) => {
        expect(isGreaterSerial(serialAfterChange(policy, time, previous, undefined), previous)).toBe(true);
      }),
    );
  });

  it('comes after the floor', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 0xffffffff }), serials, (policy, time, floor) => {
        expect(isGreaterSerial(serialAfterChange(policy, time, undefined, floor), floor)).toBe(true);
      }),
    );
  });

  it('counts on where a day has more changes than two digits count, and catches up on the next', () => {
    const last = serial(2026112299);
    expect(serialAfterChange('date', noon, last, undefined)).toBe(2026112300);
    expect(serialAfterChange('date', noon + 86400, serial(2026112300), undefined)).toBe(2026112301);
    expect(serialAfterChange('date', noon + 86400, serial(2026112305), undefined)).toBe(2026112306);
  });

  it('goes on by one where the clock runs backwards', () => {
    expect(serialAfterChange('unixtime', noon - 1000, serial(noon), undefined)).toBe(noon + 1);
  });

  it('wraps around at 2^32', () => {
    expect(serialAfterChange('increment', noon, serial(0xffffffff), undefined)).toBe(0);
    expect(serialAfterChange('increment', noon, serial(0x80000005), undefined)).toBe(0x80000006);
    expect(serialAfterChange('unixtime', 0x100000005, serial(0xfffffff0), undefined)).toBe(5);
  });
});
