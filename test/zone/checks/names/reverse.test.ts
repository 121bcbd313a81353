import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv4, parseIpv6 } from '../../../../src/dns/fields/address.ts';
import { parseName } from '../../../../src/dns/name.ts';
import { addressOfReverse, isReverse, reverseName } from '../../../../src/zone/checks/names/reverse.ts';

const octets = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('reverse names', () => {
  it('are written as RFC 1035 section 3.5 and RFC 3596 section 2.5 say', () => {
    expect(reverseName(parseIpv4('192.0.2.10'))).toBe('10.2.0.192.in-addr.arpa.');
    expect(reverseName(parseIpv4('192.0.2.10'), 3)).toBe('2.0.192.in-addr.arpa.');
    expect(reverseName(parseIpv6('2001:db8::567:89ab'))).toBe(
      'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.',
    );
    expect(reverseName(parseIpv6('2001:db8::'), 4)).toBe('8.b.d.0.1.0.0.2.ip6.arpa.');
  });

  it('lead back to the address', () => {
    fc.assert(
      fc.property(fc.oneof(octets(4), octets(16)), (address) => {
        const name = reverseName(address);
        expect(isReverse(name)).toBe(true);
        expect(addressOfReverse(name)).toBe(address);
      }),
    );
  });

  it.each([
    'in-addr.arpa.',
    '2.0.192.in-addr.arpa.',
    '256.2.0.192.in-addr.arpa.',
    '010.2.0.192.in-addr.arpa.',
    '1.10.2.0.192.in-addr.arpa.',
    '0/25.2.0.192.in-addr.arpa.',
    '1.ip6.arpa.',
    '10.2.0.192.example.com.',
  ])('%s is that of no address', (name) => {
    expect(addressOfReverse(parseName(name))).toBeUndefined();
  });
});
