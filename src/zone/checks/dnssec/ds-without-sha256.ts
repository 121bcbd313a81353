import { deprecatedDigests, digestText, readDs } from '../../../dns/dnssec/ds.ts';
import { displayName } from '../../../dns/name.ts';
import { DS } from '../../../dns/types/ds.ts';
import type { Check } from '../check.ts';

/** `sub: { DS: 12345 14 4 ... }` and nothing else */
export const dsWithoutSha256: Check = {
  id: 'ds-without-sha256',
  severity: 'info',
  standard: 'RFC 4509 section 3, RFC 8624 section 3.3',
  reason: 'SHA-256 is the one digest that every validating resolver knows.',
  repair: 'Publish a DS with digest type 2 for the key.',
  covers: ['K05'],
  rrset: {
    types: [DS.code],
    run(rrset, look) {
      const types = new Set(rrset.rdatas.map((rdata) => readDs(rdata).digestType));
      // That old digests are not enough is said where they stand.
      if (types.has(2) || [...types].every((type) => deprecatedDigests.has(type))) return;
      look.at(rrset, undefined, {
        message: `${displayName(rrset.owner)} has no DS with digest type 2, only with ${[...types].sort().map(digestText).join(' and ')}`,
      });
    },
  },
};
