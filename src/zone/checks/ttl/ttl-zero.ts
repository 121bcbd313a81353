import type { Check } from '../check.ts';
import { judgeDefaultTtl, judgeTtl } from './default-ttl.ts';

/** `www: { A: { ttl: 0, values: [192.0.2.1] } }` */
export const ttlZero: Check = {
  id: 'ttl-zero',
  severity: 'warning',
  standard: 'RFC 1035 section 3.2.1, RFC 2181 section 8',
  reason: 'What must not be cached is asked for again by every client, and some resolvers keep it all the same.',
  repair: 'Use a TTL of some seconds at least.',
  covers: ['T06'],
  zone: (look) => judgeDefaultTtl(look, judge),
  rrset: { types: 'every', run: (rrset, look) => judgeTtl(rrset, look, judge) },
};

function judge(ttl: number): string | undefined {
  return ttl === 0 ? 'is 0' : undefined;
}
