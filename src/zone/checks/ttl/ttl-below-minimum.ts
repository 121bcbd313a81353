import type { Check } from '../check.ts';

/** `www: { A: { ttl: 5, values: [192.0.2.1] } }` where `limits: { min_ttl: 60 }` */
export const ttlBelowMinimum: Check = {
  id: 'ttl-below-minimum',
  severity: 'warning',
  standard: 'limits.min_ttl of zonewright.yaml',
  reason: 'A short TTL brings every lookup back to the name servers.',
  repair: 'Use a longer TTL, or lower limits.min_ttl.',
  covers: ['T05'],
  rrset: {
    types: 'every',
    run(rrset, look) {
      const { minTtl } = look.zone.settings.limits;
      if (rrset.ttl >= minTtl || rrset.ttl === 0) return;
      look.at(rrset, undefined, { message: `the TTL of ${rrset.ttl} seconds is below the minimum of ${minTtl}` });
    },
  },
};
