import { describe, expect, it } from 'vitest';
import { toBuffer } from '../../../src/dns/octets.ts';
import { rdataFromData, rdataFromText, rdataToData, rdataToText } from '../../../src/dns/rdata.ts';

const SVCB = 64;
const read = (text: string): string => rdataFromText(SVCB, text);
const hex = (octets: string): string => toBuffer(octets as ReturnType<typeof rdataFromText>).toString('hex');
const fromParams = (params: unknown): string =>
  rdataFromData(
    SVCB,
    new Map<string, unknown>([
      ['priority', '1'],
      ['target', '.'],
      ['params', params],
    ]),
  );
const params = (text: string): unknown => rdataToData(SVCB, rdataFromText(SVCB, text)).params;

const FOO_COM = '03666f6f076578616d706c6503636f6d00';
const FOO_ORG = '03666f6f076578616d706c65036f726700';

describe('the test vectors of RFC 9460 appendix D', () => {
  it.each([
    ['0 foo.example.com.', `0000${FOO_COM}`],
    ['1 .', '000100'],
    ['16 foo.example.com. port=53', `0010${FOO_COM}000300020035`],
    ['1 foo.example.com. key667=hello', `0001${FOO_COM}029b000568656c6c6f`],
    ['1 foo.example.com. key667="hello\\210qoo"', `0001${FOO_COM}029b000968656c6c6fd2716f6f`],
    [
      '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
      `0001${FOO_COM}0006002020010db800000000000000000000000120010db8000000000000000000530001`,
    ],
    [
      '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
      '0001076578616d706c6503636f6d000006001020010db80122034400000000c0000221',
    ],
    [
      '16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )',
      `0010${FOO_ORG}0000000400010004000100090268320568332d313900040004c0000201`,
    ],
    ['16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"', `0010${FOO_ORG}0001000c08665c6f6f2c626172026832`],
    ['16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2', `0010${FOO_ORG}0001000c08665c6f6f2c626172026832`],
  ])('%s', (text, octets) => {
    expect(hex(read(text))).toBe(octets);
    expect(hex(read(rdataToText(SVCB, rdataFromText(SVCB, text))))).toBe(octets);
  });

  it.each([
    ['1 foo.example.com. ( key123=abc key123=def )', 'svcb-key'],
    ['1 foo.example.com. mandatory', 'svcb-key'],
    ['1 foo.example.com. alpn', 'svcb-value'],
    ['1 foo.example.com. port', 'rdata-number'],
    ['1 foo.example.com. ipv4hint', 'ipv4-syntax'],
    ['1 foo.example.com. ipv6hint', 'ipv6-syntax'],
    ['1 foo.example.com. no-default-alpn=abc', 'svcb-value'],
    ['1 foo.example.com. mandatory=key123', 'svcb-mandatory'],
    ['1 foo.example.com. mandatory=mandatory', 'svcb-value'],
    ['1 foo.example.com. ( mandatory=key123,key123 key123=abc )', 'svcb-value'],
  ])('%s is refused by the rule %s', (text, rule) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ rule }));
  });
});

describe('service parameters', () => {
  it('are printed in the order of their keys, in the spelling that all servers read', () => {
    const text =
      '1 . tls-supported-groups=29,23 ohttp dohpath=/dns-query{?dns} ipv6hint=2001:DB8::1 ech="AAAA" port=0443 alpn=h2 mandatory=port,alpn';
    expect(rdataToText(SVCB, rdataFromText(SVCB, text))).toBe(
      '1 . mandatory=alpn,port alpn="h2" port=443 ech=AAAA ipv6hint=2001:db8::1 key7="/dns-query{?dns}" key8 key9="\\000\\029\\000\\023"',
    );
  });

  it('have a structured form', () => {
    const text =
      '1 . mandatory=alpn,key65280 alpn=h2,h3 no-default-alpn port=443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAAA ipv6hint=::1 dohpath=/q{?dns} ohttp tls-supported-groups=29 key65280=\\255 key65281';
    const data = {
      mandatory: ['alpn', 'key65280'],
      alpn: ['h2', 'h3'],
      'no-default-alpn': true,
      port: 443,
      ipv4hint: ['192.0.2.1', '192.0.2.2'],
      ech: 'AAAA',
      ipv6hint: ['::1'],
      dohpath: '/q{?dns}',
      ohttp: true,
      'tls-supported-groups': [29],
      key65280: { hex: 'ff' },
      key65281: '',
    };
    expect(params(text)).toEqual(data);
    expect(fromParams(data)).toBe(read(text));
    expect(fromParams(new Map(Object.entries(data)))).toBe(read(text));
  });

  it('may be single values where a list has one, and text where JSON has other scalars', () => {
    const data = {
      mandatory: 'alpn',
      alpn: 'h2',
      'no-default-alpn': 'true',
      port: '443',
      ipv4hint: '192.0.2.1',
      ohttp: '',
    };
    expect(fromParams(data)).toBe(read('1 . mandatory=alpn alpn=h2 no-default-alpn port=443 ipv4hint=192.0.2.1 ohttp'));
    expect(fromParams({ ohttp: null, key9: new Map([['hex', '001d']]), key65280: null })).toBe(
      read('1 . ohttp key9=\\000\\029 key65280'),
    );
  });

  it('need no escapes in structured form', () => {
    expect(fromParams({ alpn: ['f\\oo,bar', 'h2'] })).toBe(read('1 . alpn="f\\\\\\\\oo\\\\,bar,h2"'));
    expect(params('1 . alpn="f\\\\\\\\oo\\\\,bar,h2"')).toEqual({ alpn: ['f\\oo,bar', 'h2'] });
  });

  it('may be left out', () => {
    expect(fromParams(undefined)).toBe('\0\x01\0');
    expect(fromParams({})).toBe('\0\x01\0');
    expect(params('1 .')).toBeUndefined();
  });

  it.each([
    [{ foo: 1 }, 'svcb-key'],
    [{ key65536: '' }, 'svcb-key'],
    [{ key01: '' }, 'svcb-key'],
    [{ port: 1, key3: { hex: '0001' } }, 'svcb-key'],
    [{ alpn: [] }, 'svcb-value'],
    [{ alpn: [''] }, 'svcb-value'],
    [{ alpn: ['a'.repeat(256)] }, 'svcb-value'],
    [{ ipv4hint: [] }, 'svcb-value'],
    [{ 'no-default-alpn': false }, 'svcb-value'],
    [{ port: 65536 }, 'rdata-number'],
    [{ key3: { hex: '01' } }, 'svcb-value'],
    [{ key3: 'a' }, 'svcb-value'],
    [{ ech: '' }, 'svcb-value'],
    [{ ech: 'A' }, 'rdata-base64'],
    [{ dohpath: '' }, 'svcb-value'],
    [{ key7: { hex: 'ff' } }, 'svcb-value'],
    [{ 'tls-supported-groups': [29, 29] }, 'svcb-value'],
    [{ mandatory: ['alpn'] }, 'svcb-mandatory'],
    [{ mandatory: [] }, 'svcb-value'],
    [['alpn'], 'svcb-key'],
    ['alpn=h2', 'svcb-key'],
  ])('refuse %j by the rule %s', (data, rule) => {
    expect(() => fromParams(data)).toThrow(expect.objectContaining({ rule }));
  });

  it.each([
    ['1 . alpn= "h2"', 'svcb-value'],
    ['1 . "alpn=h2"', 'svcb-key'],
    ['1 . ALPN=h2', 'svcb-key'],
    ['1 . =h2', 'svcb-key'],
    ['1 . key1=h2', 'svcb-value'],
    ['1 . key0=\\000\\001\\000\\003 alpn=h2', 'svcb-mandatory'],
    ['1 . key0=\\000\\003\\000\\001 alpn=h2 port=1', 'svcb-value'],
  ])('refuse %s by the rule %s', (text, rule) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ rule }));
  });
});
