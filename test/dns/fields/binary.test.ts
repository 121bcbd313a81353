import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  base64OrDash,
  base64Rest,
  eui48,
  hexRest,
  ilnp64,
  parseBase32Hex,
  parseBase64,
  parseHex,
  printBase32Hex,
  printBase64,
  printHex,
  salt,
} from '../../../src/dns/fields/binary.ts';
import type { FieldKind } from '../../../src/dns/rrtype.ts';
import { tokenize } from '../../../src/dns/token.ts';
import { octetString } from '../types/arbitrary.ts';

const parse = (kind: FieldKind, text: string): string => kind.parse(tokenize(text), 'digest', '');
const encode = (kind: FieldKind, value: unknown): string => kind.encode(value, 'digest', '', undefined);

describe('hexadecimal', () => {
  it('is read in either case, split or not, and printed in capitals', () => {
    expect(parse(hexRest, '0a FF ( 1\n2 )')).toBe('\x0a\xff\x12');
    expect(encode(hexRest, '0a FF')).toBe('\x0a\xff');
    expect(printHex('\x0a\xff')).toBe('0AFF');
  });

  it.each([
    ['0', 'the digest has an odd number of hexadecimal digits'],
    ['0g', 'the digest "0g" is not hexadecimal'],
    ['0x00', 'the digest "0x00" is not hexadecimal'],
    ['٠٠', 'the digest "٠٠" is not hexadecimal'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parse(hexRest, text)).toThrow(expect.objectContaining({ rule: 'rdata-hex', message }));
    expect(() => encode(hexRest, text)).toThrow(expect.objectContaining({ rule: 'rdata-hex', message }));
  });

  it('is not empty where a digest is wanted', () => {
    expect(() => parse(hexRest, '')).toThrow('the digest is missing');
    expect(() => encode(hexRest, '')).toThrow('the digest is empty');
    expect(() => encode(hexRest, undefined)).toThrow('the digest is missing');
    expect(() => encode(hexRest, ['00'])).toThrow('the digest is not a single value');
    expect(() => hexRest.end('abc', 3, 3, 0)).toThrow();
  });

  it('gives back any octets', () => {
    fc.assert(fc.property(octetString(0, 40), (octets) => parseHex(printHex(octets), 'x') === octets));
  });
});

describe('base64', () => {
  it('is read split or not', () => {
    expect(parse(base64Rest, 'aGVs bG8=')).toBe('hello');
    expect(encode(base64Rest, 'aGVs\n  bG8=\n')).toBe('hello');
  });

  it.each(['aGVsbG8', 'aGVsbG8==', 'aGVsbG9=', 'aGVs-G8=', 'aGVsbG8=aGVs', '=', 'a', 'é'])('%s is refused', (text) => {
    expect(() => parse(base64Rest, text)).toThrow(expect.objectContaining({ rule: 'rdata-base64' }));
  });

  it('may be a dash where there may be nothing', () => {
    expect(parse(base64OrDash, '-')).toBe('');
    expect(encode(base64OrDash, undefined)).toBe('');
    expect(() => parse(base64OrDash, '')).toThrow('the digest is missing');
  });

  it('gives back any octets', () => {
    fc.assert(fc.property(octetString(0, 40), (octets) => parseBase64(printBase64(octets), 'x') === octets));
  });
});

describe('base32hex', () => {
  // RFC 4648 section 10.
  it.each([
    ['f', 'CO======'],
    ['fo', 'CPNG===='],
    ['foo', 'CPNMU==='],
    ['foob', 'CPNMUOG='],
    ['fooba', 'CPNMUOJ1'],
    ['foobar', 'CPNMUOJ1E8======'],
  ])('%s is %s', (octets, text) => {
    expect(printBase32Hex(octets)).toBe(text.replaceAll('=', ''));
    expect(parseBase32Hex(text, 'x')).toBe(octets);
    expect(parseBase32Hex(text.replaceAll('=', '').toLowerCase(), 'x')).toBe(octets);
  });

  it.each(['C', 'CP', 'W0', 'CO=', 'CO=====', 'CPNMUOJ1=', 'CO======CO======', 'CO ', '\u0131'])(
    '%j is refused',
    (text) => {
      expect(() => parseBase32Hex(text, 'x')).toThrow(expect.objectContaining({ rule: 'rdata-base32' }));
    },
  );

  it('gives back any octets', () => {
    fc.assert(fc.property(octetString(0, 40), (octets) => parseBase32Hex(printBase32Hex(octets), 'x') === octets));
  });
});

describe('salts', () => {
  it('are a dash where there is none', () => {
    expect(parse(salt, '-')).toBe('\0');
    expect(parse(salt, 'aaBB')).toBe('\x02\xaa\xbb');
    expect(salt.print('\0', 0, 1, 0)).toBe('-');
  });

  it('have at most 255 octets', () => {
    expect(parse(salt, '00'.repeat(255))).toHaveLength(256);
    expect(() => parse(salt, '00'.repeat(256))).toThrow('the digest has 256 octets');
  });
});

describe('groups of digits', () => {
  it('are padded when they are printed', () => {
    expect(parse(eui48, '0-0-5e-0-53-2A')).toBe('\0\0\x5e\0\x53\x2a');
    expect(eui48.print('\0\0\x5e\0\x53\x2a', 0, 6, 0)).toBe('00-00-5e-00-53-2a');
    expect(ilnp64.print(parse(ilnp64, '14:4fff:ff20:ee64'), 0, 8, 0)).toBe('0014:4fff:ff20:ee64');
  });

  it.each(['00-00-5e-00-53', '00:00:5e:00:53:2a', '000-00-5e-00-53-2a', '00-00-5e-00-53-2g'])(
    '%s is no EUI-48',
    (text) => {
      expect(() => parse(eui48, text)).toThrow(
        expect.objectContaining({ rule: 'rdata-hex', fix: expect.stringContaining('00-00-5e-00-53-2a') }),
      );
    },
  );
});
