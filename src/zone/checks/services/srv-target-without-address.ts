import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { knownTargets } from '../known.ts';
import { isAddressless, withoutAddress } from '../targets/addressless.ts';
import { targetsOf } from '../targets.ts';

/** `_sip._tcp: { SRV: 10 60 5060 sip }` and no `sip` */
export const srvTargetWithoutAddress: Check = {
  id: 'srv-target-without-address',
  severity: 'warning',
  standard: 'RFC 2782',
  reason: 'Clients are sent to a host that cannot be reached.',
  repair: 'Add A and AAAA for the host, or correct its name.',
  covers: ['R05'],
  rrset: {
    types: [SRV.code],
    run(rrset, look) {
      const targets = targetsOf(rrset);
      const known = knownTargets(look, rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        const about = known[i];
        if (target === '.' || !isAddressless(look, target, about)) continue;
        look.at(rrset, i, {
          message: `the target ${displayName(target)} of ${displayName(rrset.owner)} ${withoutAddress(target, about)}`,
        });
      }
    },
  },
};
