import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPriority, splitPriority, withFinalDots, withoutFinalDots } from '../../../src/server/dialects/content.ts';

describe('names in values', () => {
  it.each([
    ['MX', '10 mail.example.com', '10 mail.example.com.'],
    ['MX', '10 mail.example.com.', '10 mail.example.com.'],
    ['MX', '10 mail', '10 mail'],
    ['CNAME', '@', '@'],
    ['CNAME', 'Ghs.Google.com', 'Ghs.Google.com.'],
    ['SRV', '0  5 5060 sip.example.com', '0  5 5060 sip.example.com.'],
    [
      'NAPTR',
      '1 1 "u" "sip.x" "!^.*$!sip:a.b!" _sip.example.com',
      '1 1 "u" "sip.x" "!^.*$!sip:a.b!" _sip.example.com.',
    ],
    ['ALIAS', 'shop.example.net', 'shop.example.net.'],
    ['TXT', 'see www.example.com', 'see www.example.com'],
    ['A', '192.0.2.1', '192.0.2.1'],
    ['CAA', '0 issue "letsencrypt.org"', '0 issue "letsencrypt.org"'],
    ['REDIRECT', '301 https://www.example.com', '301 https://www.example.com'],
    ['NS', 'a.example\\.', 'a.example\\..'],
    ['NOSUCH', 'a.b', 'a.b'],
  ])('%s %s', (type, given, expected) => {
    expect(withFinalDots(type, given)).toBe(expected);
  });

  it.each([
    ['MX', '10 mail.example.com.', '10 mail.example.com'],
    ['MX', '0 .', '0 .'],
    ['CNAME', 'localhost.', 'localhost.'],
    ['NS', 'a.example\\.', 'a.example\\.'],
    ['TXT', 'ends with a dot.', 'ends with a dot.'],
  ])('%s %s without final dots', (type, given, expected) => {
    expect(withoutFinalDots(type, given)).toBe(expected);
  });

  it('come back the same', () => {
    const label = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join('.')}.`);
    fc.assert(
      fc.property(fc.constantFrom('CNAME', 'MX', 'SRV'), name, (type, target) => {
        const value = { CNAME: target, MX: `10 ${target}`, SRV: `1 2 3 ${target}` }[type];
        expect(withFinalDots(type, withoutFinalDots(type, value))).toBe(value);
      }),
    );
  });

  it('are left alone in nonsense of any length', () => {
    fc.assert(
      fc.property(fc.constantFrom('MX', 'TXT', 'NAPTR', 'A'), fc.string(), (type, value) => {
        expect(typeof withFinalDots(type, withoutFinalDots(type, value))).toBe('string');
      }),
    );
    expect(withFinalDots('MX', `${'\\'.repeat(100_000)}"`)).toHaveLength(100_001);
  });
});

describe('priorities', () => {
  it.each([
    ['MX', '10 mail.example.com.', 10, 'mail.example.com.'],
    ['SRV', '0 5 5060 sip.example.com.', 0, '5 5060 sip.example.com.'],
    ['A', '192.0.2.1', undefined, '192.0.2.1'],
    ['TXT', '10 things', undefined, '10 things'],
  ])('%s %s', (type, value, priority, rest) => {
    expect(splitPriority(type, value)).toEqual({ priority, rest });
    expect(joinPriority(type, { priority, rest })).toBe(value);
  });
});
