import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBitmap, encodeBitmap, recordType, typeBitmap } from '../../../src/dns/fields/rrtype.ts';
import type { FieldKind } from '../../../src/dns/rrtype.ts';
import { tokenize } from '../../../src/dns/token.ts';
import '../../../src/dns/rdata.ts';

const parse = (kind: FieldKind, text: string): string => kind.parse(tokenize(text), 'types', '');
const hex = (octets: string): string => Buffer.from(octets, 'latin1').toString('hex');

describe('type bitmaps', () => {
  it('are those of RFC 4034 section 4.3', () => {
    const bitmap = parse(typeBitmap, 'A MX RRSIG NSEC TYPE1234');
    expect(hex(bitmap)).toBe(`0006400100000003041b${'00'.repeat(26)}20`);
    expect(typeBitmap.print(bitmap, 0, bitmap.length, 0)).toBe('A MX RRSIG NSEC TYPE1234');
    expect(typeBitmap.decode(bitmap, 0, bitmap.length, 0)).toEqual(['A', 'MX', 'RRSIG', 'NSEC', 'TYPE1234']);
  });

  it('do not care about order, case, spelling and repetition', () => {
    const bitmap = parse(typeBitmap, 'A MX RRSIG');
    for (const text of ['RRSIG MX A', 'a mx rrsig', 'TYPE1 TYPE15 TYPE46', 'A A MX RRSIG MX']) {
      expect(parse(typeBitmap, text)).toBe(bitmap);
    }
  });

  it('name types by number where some server does not know them, but not in structured form', () => {
    const bitmap = parse(typeBitmap, 'HIP RESINFO NXNAME');
    expect(typeBitmap.print(bitmap, 0, bitmap.length, 0)).toBe('TYPE55 TYPE128 TYPE261');
    expect(typeBitmap.decode(bitmap, 0, bitmap.length, 0)).toEqual(['HIP', 'TYPE128', 'RESINFO']);
  });

  it('may be empty, and need not be written', () => {
    expect(parse(typeBitmap, '')).toBe('');
    expect(typeBitmap.encode(undefined, 'types', '', undefined)).toBe('');
    expect(typeBitmap.encode([], 'types', '', undefined)).toBe('');
    expect(typeBitmap.encode('A', 'types', '', undefined)).toBe(typeBitmap.encode(['A'], 'types', '', undefined));
  });

  it.each(['FOO', 'TYPE0', 'TYPE65536', '1', '__proto__'])('do not take %s', (text) => {
    expect(() => parse(typeBitmap, text)).toThrow(expect.objectContaining({ rule: 'unknown-type' }));
  });

  it.each([
    ['\0', 'a window without a length'],
    ['\0\0', 'an empty window'],
    ['\0\x21', 'a window over 32 octets'],
    ['\0\x02\x40', 'a window that is cut off'],
    ['\0\x02\x40\0', 'a trailing zero octet'],
    ['\x01\x01\x40\0\x01\x40', 'windows in the wrong order'],
    ['\0\x01\x40\0\x01\x20', 'a window twice'],
    ['\0\x01\x80', 'the type 0'],
  ])('are not %j: %s', (octets) => {
    expect(() =>
      typeBitmap.end(octets.padEnd(octets.charCodeAt(1) === 33 ? 40 : 0, 'a'), 0, octets.length, 0),
    ).toThrow();
  });

  it('hold any types', () => {
    const codes = fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { maxLength: 40 });
    fc.assert(
      fc.property(codes, (all) => {
        const bitmap = encodeBitmap(all);
        expect(typeBitmap.end(bitmap, 0, bitmap.length, 0)).toBe(bitmap.length);
        expect(decodeBitmap(bitmap, 0, bitmap.length)).toEqual(all.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('a record type', () => {
  it('is a mnemonic or a number', () => {
    for (const text of ['AAAA', 'aaaa', 'TYPE28', '28']) expect(parse(recordType, text)).toBe('\0\x1c');
    expect(recordType.print('\0\x1c', 0, 2, 0)).toBe('AAAA');
    expect(recordType.print('\x01\x05', 0, 2, 0)).toBe('TYPE261');
    expect(recordType.decode('\x01\x05', 0, 2, 0)).toBe('RESINFO');
  });
});
