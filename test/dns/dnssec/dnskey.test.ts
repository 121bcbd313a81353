import { describe, expect, it } from 'vitest';
import { keyTag } from '../../../src/dns/dnssec/dnskey.ts';
import { dsMatches } from '../../../src/dns/dnssec/ds.ts';
import { parseName } from '../../../src/dns/name.ts';
import { rdataFromText } from '../../../src/dns/rdata.ts';
import { DNSKEY } from '../../../src/dns/types/dnskey.ts';
import { DS } from '../../../src/dns/types/ds.ts';

/** The example of RFC 4034 section 5.4, RFC 4509 section 2.3. */
const owner = parseName('dskey.example.com.');
const key = rdataFromText(
  DNSKEY.code,
  `256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==`,
);
const sha1 = '2BB183AF5F22588179A53B0A98631FAD1A292118';
const sha256 = 'D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A';

function matches(ds: string): boolean {
  return dsMatches(owner, rdataFromText(DS.code, ds), key);
}

describe('DS and DNSKEY', () => {
  it('belong together by tag, algorithm and digest', () => {
    expect(keyTag(key)).toBe(60485);
    expect(matches(`60485 5 1 ${sha1}`)).toBe(true);
    expect(matches(`60485 5 2 ${sha256}`)).toBe(true);
  });

  it('do not where one of them differs', () => {
    expect(matches(`60484 5 2 ${sha256}`)).toBe(false);
    expect(matches(`60485 8 2 ${sha256}`)).toBe(false);
    expect(matches(`60485 5 2 ${sha256.replace('D', 'C')}`)).toBe(false);
    expect(dsMatches(parseName('example.com.'), rdataFromText(DS.code, `60485 5 2 ${sha256}`), key)).toBe(false);
  });
});
