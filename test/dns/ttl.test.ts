import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../src/dns/fault.ts';
import { MAX_TTL, parseSeconds, parseTtl, printTtl } from '../../src/dns/ttl.ts';

describe('parseTtl', () => {
  it.each([
    ['0', 0],
    ['3600', 3600],
    ['0003600', 3600],
    ['1s', 1],
    ['1m', 60],
    ['1h', 3600],
    ['1d', 86400],
    ['1w', 604800],
    ['1W2D3h4M5S', 604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5],
    ['1h30m', 5400],
    ['30m1h', 5400],
    ['2147483647', MAX_TTL],
  ])('reads %s as %d seconds', (text, seconds) => {
    expect(parseTtl(text)).toBe(seconds);
  });

  it.each([
    ['', 'ttl-syntax'],
    ['h', 'ttl-syntax'],
    ['1y', 'ttl-syntax'],
    ['1h30', 'ttl-syntax'],
    ['-1', 'ttl-syntax'],
    ['+1', 'ttl-syntax'],
    ['1.5h', 'ttl-syntax'],
    ['1 h', 'ttl-syntax'],
    ['1hh', 'ttl-syntax'],
    ['0x10', 'ttl-syntax'],
    ['1e3', 'ttl-syntax'],
    ['١', 'ttl-syntax'],
    ['1'.repeat(41), 'ttl-syntax'],
    ['2147483648', 'ttl-range'],
    ['3551w', 'ttl-range'],
    ['9'.repeat(40), 'ttl-range'],
  ])('refuses %j by the rule %s', (text, rule) => {
    expect(() => parseTtl(text)).toThrow(expect.objectContaining({ rule }));
  });

  it('names what it reads', () => {
    expect(() => parseTtl('x', 'the TTL of www')).toThrow('the TTL of www is "x"');
  });

  it('takes any text or refuses it with a sentence', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789smhdwSMHDWx ') })), (text) => {
        try {
          const seconds = parseTtl(text);
          expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_TTL).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DnsSyntaxError);
        }
      }),
    );
  });
});

describe('printTtl', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [59, '59'],
    [60, '1m'],
    [90, '90'],
    [3600, '1h'],
    [5400, '90m'],
    [86400, '1d'],
    [172800, '2d'],
    [604800, '1w'],
    [MAX_TTL, '2147483647'],
  ])('writes %d as %s', (seconds, text) => {
    expect(printTtl(seconds)).toBe(text);
  });

  it('writes what is read as the same time', () => {
    fc.assert(
      fc.property(fc.nat(MAX_TTL), (seconds) => {
        expect(parseTtl(printTtl(seconds))).toBe(seconds);
        expect(parseSeconds(String(seconds))).toBe(seconds);
      }),
    );
  });
});
