import { describe, expect, it } from 'vitest';
import { characterString, characterStrings, encodeText, printQuoted } from '../../../src/dns/fields/string.ts';
import type { FieldKind } from '../../../src/dns/rrtype.ts';
import { tokenize } from '../../../src/dns/token.ts';

const parse = (kind: FieldKind, text: string): string => kind.parse(tokenize(text), 'strings', '');
const encode = (kind: FieldKind, value: unknown): string => kind.encode(value, 'strings', '', undefined);
const decode = (kind: FieldKind, octets: string): unknown => kind.decode(octets, 0, octets.length, 0);

describe('character strings', () => {
  it.each([
    ['a b', '\x01a\x01b'],
    ['"a b"', '\x03a b'],
    ['""', '\0'],
    ['a\\"b', '\x03a"b'],
    ['"\\100\\\\"', '\x02d\\'],
    ['"é"', '\x02\xc3\xa9'],
    ['"é\\255"', '\x03\xc3\xa9\xff'],
  ])('%s is read', (text, octets) => {
    expect(parse(characterStrings, text)).toBe(octets);
  });

  it('are printed in quotes, in ASCII', () => {
    expect(printQuoted('a"b\\c;d\0\xff é'.slice(0, 10), 0, 10)).toBe('"a\\"b\\\\c;d\\000\\255 "');
    expect(characterStrings.print('\x01a\0', 0, 3, 0)).toBe('"a" ""');
  });

  it('have at most 255 octets', () => {
    expect(parse(characterString, 'a'.repeat(255))).toHaveLength(256);
    expect(() => parse(characterString, 'a'.repeat(256))).toThrow(expect.objectContaining({ rule: 'string-length' }));
    expect(() => encode(characterString, 'é'.repeat(128))).toThrow('has 256 octets');
  });
});

describe('texts in structured form', () => {
  it('are UTF-8, or hexadecimal where they are not', () => {
    expect(encode(characterStrings, ['a\\b', 'é'])).toBe('\x03a\\b\x02\xc3\xa9');
    expect(encode(characterStrings, 'one')).toBe('\x03one');
    expect(encode(characterStrings, [{ hex: 'ff00' }, new Map([['hex', 'FF']])])).toBe('\x02\xff\0\x01\xff');
    expect(decode(characterStrings, '\x02\xc3\xa9\x01\xff\0')).toEqual(['é', { hex: 'ff' }, '']);
    expect(encodeText(12, 'x')).toBe('12');
  });

  it('keep a byte order mark and a lone NUL', () => {
    expect(decode(characterStrings, '\x03\xef\xbb\xbf\x01\0')).toEqual(['\ufeff', '\0']);
  });

  it.each([[[]], [undefined], [null], [true], [{ hex: 'f' }], [{ hex: 1 }], [{ text: 'a' }], [[['a']]]])(
    'are not %j',
    (value) => {
      expect(() => encode(characterStrings, value)).toThrow();
    },
  );
});
