import type { Check, Look } from '../check.ts';
import { judgeDefaultTtl, judgeTtl } from './default-ttl.ts';

/** `www: { A: { ttl: 4w, values: [192.0.2.1] } }` where `limits: { max_ttl: 1d }` */
export const ttlAboveMaximum: Check = {
  id: 'ttl-above-maximum',
  severity: 'error',
  standard: 'limits.max_ttl of zonewright.yaml',
  reason: 'A mistake in a record stays in caches for as long as its TTL says.',
  repair: 'Use a shorter TTL, or raise limits.max_ttl.',
  covers: ['T04'],
  zone: (look) => judgeDefaultTtl(look, judge),
  rrset: { types: 'every', run: (rrset, look) => judgeTtl(rrset, look, judge) },
};

function judge(ttl: number, look: Look): string | undefined {
  const { maxTtl } = look.zone.settings.limits;
  return ttl > maxTtl ? `is ${ttl} seconds, above the maximum of ${maxTtl}` : undefined;
}
