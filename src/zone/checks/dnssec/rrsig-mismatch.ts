import { type Rrsig, readRrsig } from '../../../dns/dnssec/rrsig.ts';
import { mismatchOf } from '../../../dns/dnssec/zone/signatures.ts';
import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { Check } from '../check.ts';
import { isPresigned, signedZoneOf } from './rrsig.ts';

/** `www: { RRSIG: A 13 3 300 ... }` where `www` has no A, or one with another TTL */
export const rrsigMismatch: Check = {
  id: 'rrsig-mismatch',
  severity: 'error',
  standard: 'RFC 4034 section 3.1, RFC 4035 section 2.2',
  reason: 'A signature that does not speak of the data beside it and of a key of the zone verifies nothing.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K14'],
  rrset: {
    types: [RRSIG.code],
    run(rrset, look) {
      if (!isPresigned(look)) return;
      const zone = signedZoneOf(look);
      const signatures = rrset.rdatas.map(readRrsig);
      const faults = signatures.map((rrsig) => mismatchOf(rrsig, rrset.owner, zone));
      for (const [i, fault] of faults.entries()) {
        if (fault === undefined) continue;
        const { covered } = signatures[i] as Rrsig;
        // Beside a signature that is right a wrong one does no harm.
        const other = signatures.some((rrsig, j) => rrsig.covered === covered && faults[j] === undefined);
        look.at(rrset, i, {
          message: `the signature of ${typeName(covered)} at ${displayName(rrset.owner)} ${fault}`,
          ...(other && { severity: 'warning' }),
        });
      }
    },
  },
};
