import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { sameRdatas } from '../../../dns/rrset.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { SOA } from '../../../dns/types/soa.ts';
import type { Check } from '../check.ts';
import { ofType } from '../known.ts';

/** A release in which `www: { A: { ttl: 1d, values: [192.0.2.1] } }` becomes `www: { A: { ttl: 5m, values: [192.0.2.2] } }` */
export const ttlLoweredLate: Check = {
  id: 'ttl-lowered-late',
  severity: 'warning',
  standard: 'RFC 1034 section 3.6, RFC 2181 section 8',
  reason:
    'A TTL that is lowered together with the change comes too late: the old values are remembered for the old TTL.',
  repair: 'Lower the TTL first, and change the values when the old TTL has passed.',
  covers: ['P05'],
  change(existing, desired, report) {
    for (const [owner, rrsets] of desired?.names ?? []) {
      const before = existing?.names.get(owner);
      if (before === undefined || before === rrsets) continue;
      for (const rrset of rrsets) {
        const { type, ttl } = rrset;
        const old = ofType(before, type);
        if (old === undefined || ttl >= old.ttl || followers.has(type) || sameRdatas(old, rrset)) continue;
        report({
          message: `${typeName(type)} of ${displayName(owner)} changes together with its TTL, which goes from ${old.ttl} to ${ttl} seconds`,
          owner,
          type,
        });
      }
    }
  },
};

/** What follows from the other records, and changes with any of them. */
const followers = new Set<number>([SOA.code, RRSIG.code, NSEC.code, NSEC3.code]);
