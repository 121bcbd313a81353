import { MAX_TTL } from '../../../dns/ttl.ts';
import type { Check } from '../check.ts';

/** `www: { A: { ttl: 4w, values: [192.0.2.1] } }` where `limits: { max_ttl: 1d }` */
export const ttlAboveMaximum: Check = {
  id: 'ttl-above-maximum',
  severity: 'error',
  standard: 'limits.max_ttl of zonewright.yaml',
  reason: 'A mistake in a record stays in caches for as long as its TTL says.',
  repair: 'Use a shorter TTL, or raise limits.max_ttl.',
  covers: ['T04'],
  rrset: {
    types: 'every',
    run(rrset, look) {
      const { maxTtl } = look.zone.settings.limits;
      if (rrset.ttl <= maxTtl || maxTtl >= MAX_TTL) return;
      look.at(rrset, undefined, { message: `the TTL of ${rrset.ttl} seconds is above the maximum of ${maxTtl}` });
    },
  },
};
