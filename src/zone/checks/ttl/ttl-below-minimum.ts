import type { Check, Look } from '../check.ts';
import { judgeDefaultTtl, judgeTtl } from './default-ttl.ts';

/** `www: { A: { ttl: 5, values: [192.0.2.1] } }` where `limits: { min_ttl: 60 }` */
export const ttlBelowMinimum: Check = {
  id: 'ttl-below-minimum',
  severity: 'warning',
  standard: 'limits.min_ttl of zonewright.yaml',
  reason: 'A short TTL brings every lookup back to the name servers.',
  repair: 'Use a longer TTL, or lower limits.min_ttl.',
  covers: ['T05'],
  zone: (look) => judgeDefaultTtl(look, judge),
  rrset: { types: 'every', run: (rrset, look) => judgeTtl(rrset, look, judge) },
};

function judge(ttl: number, look: Look): string | undefined {
  const { minTtl } = look.zone.settings.limits;
  return ttl < minTtl && ttl > 0 ? `is ${ttl} seconds, below the minimum of ${minTtl}` : undefined;
}
