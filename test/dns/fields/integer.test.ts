import { describe, expect, it } from 'vitest';
import { algorithm, digestType } from '../../../src/dns/fields/algorithm.ts';
import { limited8, seconds, uint8, uint16, uint32, uint64 } from '../../../src/dns/fields/integer.ts';
import type { FieldKind } from '../../../src/dns/rrtype.ts';
import { tokenize } from '../../../src/dns/token.ts';

const parse = (kind: FieldKind, text: string): string => kind.parse(tokenize(text), 'weight', '');
const encode = (kind: FieldKind, value: unknown): string => kind.encode(value, 'weight', '', undefined);

describe('numbers', () => {
  it.each([
    [uint8, '255', '\xff', '256'],
    [uint16, '65535', '\xff\xff', '65536'],
    [uint32, '4294967295', '\xff\xff\xff\xff', '4294967296'],
    [uint64, '18446744073709551615', '\xff'.repeat(8), '18446744073709551616'],
    [limited8(128), '128', '\x80', '129'],
  ])('%# go up to %s', (kind, text, octets, more) => {
    expect(parse(kind, text)).toBe(octets);
    expect(encode(kind, text)).toBe(octets);
    expect(kind.print(octets, 0, octets.length, 0)).toBe(text);
    expect(() => parse(kind, more)).toThrow(expect.objectContaining({ rule: 'rdata-number' }));
  });

  it('come from JSON as numbers and from documents as text', () => {
    expect(encode(uint16, 258)).toBe('\x01\x02');
    expect(encode(uint16, '258')).toBe('\x01\x02');
    expect(encode(uint64, 258)).toBe('\0\0\0\0\0\0\x01\x02');
    expect(uint16.decode('\x01\x02', 0, 2, 0)).toBe(258);
    expect(uint64.decode('\x01\0\0\0\0\0\0\x01', 0, 8, 0)).toBe('72057594037927937');
  });

  it.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, true, null, [1], {}, '', ' 1', '0x1'])(
    'are not %j',
    (value) => {
      expect(() => encode(uint16, value)).toThrow();
      expect(() => encode(uint64, value)).toThrow();
    },
  );

  it('say what they are not', () => {
    expect(() => parse(uint16, 'x')).toThrow('the weight is "x"');
    expect(() => parse(uint16, '')).toThrow('the weight is missing');
    expect(() => parse(uint16, '"1"')).toThrow('the weight stands in quotes');
  });
});

describe('numbers with names', () => {
  it('are read by either and printed as numbers', () => {
    expect(parse(algorithm, 'ecdsap256sha256')).toBe('\x0d');
    expect(parse(algorithm, 'RSASHA1-NSEC3-SHA1')).toBe('\x07');
    expect(parse(algorithm, '13')).toBe('\x0d');
    expect(parse(digestType, 'SHA-256')).toBe('\x02');
    expect(algorithm.print('\x0d', 0, 1, 0)).toBe('13');
    expect(algorithm.decode('\x0d', 0, 1, 0)).toBe(13);
  });

  it.each(['FOO', '__proto__', 'constructor', 'toString', '256', '-1', '13x'])('are not %s', (text) => {
    expect(() => parse(algorithm, text)).toThrow(/the weight is/);
  });
});

describe('times in seconds', () => {
  it('are read with units', () => {
    expect(parse(seconds, '1h')).toBe('\0\0\x0e\x10');
    expect(encode(seconds, '1d')).toBe('\0\x01\x51\x80');
    expect(encode(seconds, 4294967295)).toBe('\xff\xff\xff\xff');
    expect(seconds.decode('\0\0\x0e\x10', 0, 4, 0)).toBe(3600);
  });

  it.each([
    ['1y', 'ttl-syntax'],
    ['4294967296', 'ttl-range'],
  ])('%s is refused by the rule %s', (text, rule) => {
    expect(() => parse(seconds, text)).toThrow(expect.objectContaining({ rule }));
  });
});
