import { describe, expect, it } from 'vitest';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import { octets } from '../../../src/dns/octets.ts';
import { comparableRdata, rdataFromText, rdataToText, typeCode } from '../../../src/dns/rdata.ts';
import type { RRsetView, ValueView } from '../../../src/pipeline/origin/view.ts';
import { ownerOf, shownValue, valueFor, zoneNamed } from '../../../src/server/dialects/values.ts';
import { digestOf } from '../../../src/state/ids/notes.ts';
import { textRdata } from '../../../src/zone/document/text.ts';

const zone = parseName('example.com.');

function rrset(type: string, ...written: string[]): RRsetView {
  const values = written.map((each): ValueView => {
    const code = typeCode(type);
    const bare = type === 'TXT' && !each.startsWith('"');
    const rdata = code === undefined ? undefined : bare ? textRdata(each) : rdataFromText(code, each, zone);
    const text = rdata === undefined ? each : rdataToText(code as number, rdata);
    return {
      written: each,
      text,
      rdata,
      digest: digestOf(rdata === undefined ? octets(each) : comparableRdata(code as number, rdata)),
      options: undefined,
    };
  });
  return { owner: zone, type, ttl: 300, values, from: 'records' };
}

describe('owners', () => {
  it.each([
    ['www.example.com.', 'www.example.com.'],
    ['WWW.Example.com', 'www.example.com.'],
    ['www', 'www.example.com.'],
    ['a.b', 'a.b.example.com.'],
    ['@', 'example.com.'],
    ['example.com', 'example.com.'],
    ['bücher', 'xn--bcher-kva.example.com.'],
    ['www.example.net.', 'www.example.net.'],
    ['notexample.com', 'notexample.com.example.com.'],
    ['', undefined],
    ['a..b', undefined],
    ['a b', undefined],
    ['\0', undefined],
    [`${'a'.repeat(64)}.example.com.`, undefined],
  ])('%j', (text, expected) => {
    expect(ownerOf(text, zone)).toBe(expected);
  });

  it.each([
    ['Example.com', 'example.com.'],
    ['example.com.', 'example.com.'],
    ['../etc', undefined],
    ['..%2fetc', undefined],
    ['http://example.com', undefined],
    ['-', undefined],
    ['-a.example', undefined],
    ['exa!mple.com', undefined],
    ['0/25.2.0.192.in-addr.arpa', '0/25.2.0.192.in-addr.arpa.'],
    ['bücher.example', 'xn--bcher-kva.example.'],
    ['', undefined],
  ])('zone %j', (text, expected) => {
    expect(zoneNamed(text)).toBe(expected as DomainName | undefined);
  });
});

describe('values', () => {
  it.each([
    ['AAAA', '2001:0DB8::1', '2001:0DB8::1'],
    ['TXT', 'v=spf1 -all', 'v=spf1 -all'],
    ['TXT', '"two" "strings"', '"two" "strings"'],
    ['CNAME', 'Ghs.Google.com.', 'Ghs.Google.com.'],
    ['MX', '10  mail.example.net.', '10  mail.example.net.'],
    ['MX', '10 mail', '10 mail.example.com.'],
    ['CNAME', '@', 'example.com.'],
    ['ALIAS', 'shop.example.net.', 'shop.example.net.'],
  ])('%s %s is shown', (type, written, shown) => {
    const set = rrset(type, written);
    expect(shownValue(set, set.values[0] as ValueView)).toBe(shown);
  });

  it('are found by what they mean', () => {
    const set = rrset('MX', '10 mail', '20 mail.example.net.');
    expect(valueFor(set, '10 MAIL.example.com.', zone)?.written).toBe('10 mail');
    expect(valueFor(set, '20 mail.example.net.', zone)?.written).toBe('20 mail.example.net.');
    expect(valueFor(set, '30 mail', zone)).toBeUndefined();
    expect(valueFor(set, 'nonsense "', zone)).toBeUndefined();
    expect(valueFor(rrset('TXT', 'a b'), '"a b"', zone)?.written).toBe('a b');
    expect(valueFor(rrset('ALIAS', 'a.example.net.'), 'a.example.net.', zone)?.written).toBe('a.example.net.');
  });
});
