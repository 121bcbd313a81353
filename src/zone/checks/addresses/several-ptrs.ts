import { displayName } from '../../../dns/name.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Check } from '../check.ts';
import { addressOfReverse, isReverse } from '../names/reverse.ts';
import { targetsOf } from '../targets.ts';
import { listed } from '../wording.ts';

/** `10: { PTR: [www.example.com., mail.example.com.] }` in `2.0.192.in-addr.arpa` */
export const severalPtrs: Check = {
  id: 'several-ptrs',
  severity: 'warning',
  standard: 'RFC 1912 section 2.1',
  reason: 'Most programs look at one PTR only, and which of several they see changes from query to query.',
  repair: 'Keep the canonical name of the host.',
  covers: ['A08'],
  rrset: {
    types: [PTR.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2 || !isReverse(rrset.owner)) return;
      if (addressOfReverse(rrset.owner) === undefined) return;
      look.at(rrset, undefined, {
        message: `${displayName(rrset.owner)} points to ${listed(targetsOf(rrset).map(displayName))}`,
      });
    },
  },
};
