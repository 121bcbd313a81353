import { describe, expect, it } from 'vitest';
import { toBuffer } from '../../../src/dns/octets.ts';
import { rdataFromData, rdataFromText, rdataToData, rdataToText } from '../../../src/dns/rdata.ts';

const LOC = 29;

describe('locations', () => {
  // RFC 1876 section 4 and the limits of section 2.
  it.each([
    ['42 21 54 N 71 06 18 W -24m 30m', '42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m'],
    ['42 21 43.952 N 71 5 6.344 W -24m 1m 200m', '42 21 43.952 N 71 5 6.344 W -24.00m 1m 200m 10m'],
    ['52 14 05 N 00 08 50 E 10m', '52 14 5.000 N 0 8 50.000 E 10.00m 1m 10000m 10m'],
    ['32 7 19 S 116 2 25 E 10m', '32 7 19.000 S 116 2 25.000 E 10.00m 1m 10000m 10m'],
    ['42 21 28.764 N 71 00 51.617 W -44m 2000m', '42 21 28.764 N 71 0 51.617 W -44.00m 2000m 10000m 10m'],
    ['0 N 0 E 0', '0 0 0.000 N 0 0 0.000 E 0.00m 1m 10000m 10m'],
    ['0 0 0.001 S 0 0 0.1 W 0.5 0.01m 0.99m 0', '0 0 0.001 S 0 0 0.100 W 0.50m 0.01m 0.90m 0m'],
    ['90 S 180 W 42849672.95m 90000000m 1234m 15m', '90 0 0.000 S 180 0 0.000 W 42849672.95m 90000000m 1000m 10m'],
    ['1 N 1 E -100000.00m', '1 0 0.000 N 1 0 0.000 E -100000.00m 1m 10000m 10m'],
  ])('%s is printed as %s', (text, printed) => {
    const rdata = rdataFromText(LOC, text);
    expect(rdataToText(LOC, rdata)).toBe(printed);
    expect(rdataFromText(LOC, printed)).toBe(rdata);
  });

  it('has the octets of RFC 1876 section 2', () => {
    const rdata = rdataFromText(LOC, '1 2 3.004 N 5 6 7.008 W 9.10m 20m 300m 4000m');
    const latitude = 0x80000000 + 3600000 + 2 * 60000 + 3004;
    const longitude = 0x80000000 - (5 * 3600000 + 6 * 60000 + 7008);
    const buffer = toBuffer(rdata);
    expect(buffer.subarray(0, 4).toString('hex')).toBe('00233445');
    expect([buffer.readUInt32BE(4), buffer.readUInt32BE(8), buffer.readUInt32BE(12)]).toEqual([
      latitude,
      longitude,
      10000910,
    ]);
  });

  it('has its parts in structured form', () => {
    const rdata = rdataFromText(LOC, '42 21 54 N 71 06 18 W -24m 30m');
    expect(rdataToData(LOC, rdata)).toEqual({
      latitude: '42 21 54.000 N',
      longitude: '71 6 18.000 W',
      altitude: '-24.00m',
      size: '30m',
      horiz_pre: '10000m',
      vert_pre: '10m',
    });
    const short = { latitude: ' 42  21 54 N', longitude: '71 06 18 W', altitude: '-24', size: '30' };
    expect(rdataFromData(LOC, new Map(Object.entries(short)))).toBe(rdata);
  });

  it.each([
    '91 N 0 E 0m',
    '90 0 0.001 N 0 E 0m',
    '0 N 181 E 0m',
    '0 60 N 0 E 0m',
    '0 0 60 N 0 E 0m',
    '0 0 0.0001 N 0 E 0m',
    '0 E 0 N 0m',
    '0 n 0 e 0m',
    '-1 N 0 E 0m',
    '0 N 0 E -100000.01m',
    '0 N 0 E 42849672.96m',
    '0 N 0 E 1.234m',
    '0 N 0 E 1km',
    '0 N 0 E 0m 90000000.01m',
    '0 N 0 E 0m -1m',
    '1 2 3 4 N 0 E 0m',
  ])('%s is refused', (text) => {
    expect(() => rdataFromText(LOC, text)).toThrow(expect.objectContaining({ rule: 'rdata-location' }));
  });

  it.each(['0 N 0 E', '0 N', '0', '0 N 0 E 0m 1m 1m 1m 1m'])('%s has too little or too much', (text) => {
    expect(() => rdataFromText(LOC, text)).toThrow();
  });
});
