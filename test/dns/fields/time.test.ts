import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureTime } from '../../../src/dns/fields/time.ts';
import { readU32, u32 } from '../../../src/dns/octets.ts';

const read = (text: string): number => readU32(signatureTime.encode(text, 'signature_inception', '', undefined), 0);

describe('times of signatures', () => {
  it.each([
    ['19700101000000', 0],
    ['20030220173103', 1045762263],
    ['20380119031408', 2147483648],
    ['21060207062815', 4294967295],
    ['1045762263', 1045762263],
    ['0', 0],
    ['4294967295', 4294967295],
    ['20240229120000', 1709208000],
  ])('%s is %d', (text, seconds) => {
    expect(read(text)).toBe(seconds);
  });

  // RFC 4034 section 3.1.5: serial arithmetic.
  it.each([
    ['21060207062816', 0],
    ['19691231235959', 4294967295],
    ['19010101000000', 2117514496],
  ])('%s goes around to %d', (text, seconds) => {
    expect(read(text)).toBe(seconds);
  });

  it.each([
    '',
    '200303221731',
    '20031332173103',
    '20030230173103',
    '20230229000000',
    '20030322240000',
    '20030322176003',
    '20030322173160',
    '4294967296',
    '18991231235959',
    '2003022017310x',
    '-1',
  ])('%j is refused', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ rule: 'rdata-time' }));
  });

  it('are printed as dates that are read the same', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (seconds) => {
        const text = signatureTime.print(u32(seconds), 0, 4, 0);
        expect(text).toMatch(/^\d{14}$/);
        expect(read(text)).toBe(seconds);
      }),
    );
  });
});
