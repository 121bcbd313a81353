import type { Check } from '../check.ts';

/** `www: { A: { ttl: 0, values: [192.0.2.1] } }` */
export const ttlZero: Check = {
  id: 'ttl-zero',
  severity: 'warning',
  standard: 'RFC 1035 section 3.2.1, RFC 2181 section 8',
  reason: 'What must not be cached is asked for again by every client, and some resolvers keep it all the same.',
  repair: 'Use a TTL of some seconds at least.',
  covers: ['T06'],
  rrset: {
    types: 'every',
    run(rrset, look) {
      if (rrset.ttl === 0) look.at(rrset, undefined, { message: 'the TTL is 0' });
    },
  },
};
