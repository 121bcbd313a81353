import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';
import { addressIn } from '../names/address-like.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { NS: [192.0.2.1, ns2.example.net.] }` */
export const nsTargetIsAddress: Check = {
  id: 'ns-target-is-address',
  severity: 'error',
  standard: 'RFC 1035 section 3.3.11',
  reason: 'An NS holds the name of a server; an address there is read as a name that does not exist.',
  repair: 'Give the server a name with A or AAAA, and write that name.',
  covers: ['Z19'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const address = addressIn(targets[i] as DomainName, look.zone.apex);
        if (address === undefined) continue;
        look.at(rrset, i, {
          message: `a name server of ${displayName(rrset.owner)} is the address ${address}, not a name`,
        });
      }
    },
  },
};
