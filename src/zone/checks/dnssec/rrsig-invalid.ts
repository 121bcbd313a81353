import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { readRrsig } from '../../../dns/dnssec/rrsig.ts';
import { canVerify, isSignedWith } from '../../../dns/dnssec/verify.ts';
import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { coveredBy, isPresigned } from './rrsig.ts';

/** `www: { A: 192.0.2.2, RRSIG: A 13 3 300 ... }`, where 192.0.2.1 was signed */
export const rrsigInvalid: Check = {
  id: 'rrsig-invalid',
  severity: 'error',
  standard: 'RFC 4035 section 5.3',
  reason: 'Resolvers that validate answer nothing of data that do not match their signature.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K14'],
  rrset: {
    types: [RRSIG.code],
    run(rrset, look) {
      if (!isPresigned(look)) return;
      const keys = findRRset(look.zone, look.zone.apex, DNSKEY.code)?.rdatas ?? [];
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { covered, tag, algorithm, originalTtl } = readRrsig(rdata);
        const data = coveredBy(look, rrset.owner, covered);
        const candidates = keys.filter((key) => key.charCodeAt(3) === algorithm && keyTag(key) === tag);
        // What does not match at first sight is found by its own check.
        if (data === undefined || data.ttl !== originalTtl || candidates.length === 0 || !canVerify(algorithm))
          continue;
        if (candidates.some((key) => isSignedWith(data, rdata, key))) continue;
        look.at(rrset, i, {
          message: `the signature of ${typeName(covered)} at ${displayName(rrset.owner)} by key tag ${tag} does not verify`,
        });
      }
    },
  },
};
