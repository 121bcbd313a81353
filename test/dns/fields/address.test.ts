import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../../src/dns/fault.ts';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from '../../../src/dns/fields/address.ts';
import { octetString } from '../types/arbitrary.ts';

function accepts(read: (text: string) => string, text: string): boolean {
  try {
    read(text);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DnsSyntaxError);
    return false;
  }
}

describe('IPv4 addresses', () => {
  it.each(['0.0.0.0', '192.0.2.1', '255.255.255.255', '1.2.3.0'])('%s is read and printed', (text) => {
    expect(printIpv4(parseIpv4(text), 0)).toBe(text);
  });

  it.each([
    ['192.0.2.0/24', 'without a prefix length'],
    ['192.0.2', 'four numbers'],
    ['192.0.2.01', 'four numbers'],
  ])('%s is refused with a repair', (text, fix) => {
    expect(() => parseIpv4(text)).toThrow(
      expect.objectContaining({ rule: 'ipv4-syntax', fix: expect.stringContaining(fix) }),
    );
  });

  it('are what the platform takes for them', () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789.'), maxLength: 16 }),
      fc.array(fc.integer({ min: -1, max: 300 }), { minLength: 3, maxLength: 5 }).map((all) => all.join('.')),
      fc.ipV4(),
    );
    fc.assert(fc.property(texts, (text) => accepts(parseIpv4, text) === isIPv4(text)));
  });
});

describe('IPv6 addresses', () => {
  it.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:1:2:3:4:5:6:7', '0:1:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['0:0:3:4:5:6:7:8', '::3:4:5:6:7:8'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::ffff:0:0', '::ffff:0.0.0.0'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::c000:201', '::192.0.2.1'],
    ['::1:0', '::0.1.0.0'],
    ['::fffe:c000:201', '::fffe:c000:201'],
    ['::ffff:0:c000:201', '::ffff:0:c000:201'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ])('%s is printed as %s', (text, printed) => {
    expect(printIpv6(parseIpv6(text), 0)).toBe(printed);
  });

  it.each([
    ['2001:db8::/32', 'without a prefix length'],
    ['fe80::1%eth0', 'without a zone index'],
    ['2001:db8::1::2', 'groups'],
  ])('%s is refused with a repair', (text, fix) => {
    expect(() => parseIpv6(text)).toThrow(
      expect.objectContaining({ rule: 'ipv6-syntax', fix: expect.stringContaining(fix) }),
    );
  });

  it('are what the platform takes for them', () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'01fF::.'), maxLength: 24 }),
      fc
        .array(fc.constantFrom('', '0', '1', 'ffff', '00001', '1.2.3.4'), { maxLength: 10 })
        .map((all) => all.join(':')),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(texts, (text) => accepts(parseIpv6, text) === isIPv6(text)),
      { numRuns: 500 },
    );
  });

  it('are read as they are printed', () => {
    fc.assert(
      fc.property(octetString(16, 16), (address) => {
        expect(parseIpv6(printIpv6(address, 0))).toBe(address);
        expect(printIpv6(`x${address}y`, 1)).toBe(printIpv6(address, 0));
      }),
    );
  });
});
