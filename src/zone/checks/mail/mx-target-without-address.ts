import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { knownTargets } from '../known.ts';
import { isAddressless, withoutAddress } from '../targets/addressless.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { MX: 10 mail }` and no `mail` */
export const mxTargetWithoutAddress: Check = {
  id: 'mx-target-without-address',
  severity: 'warning',
  standard: 'RFC 5321 section 5.1',
  reason: 'Mail for the name goes to a host that cannot be reached, and waits or comes back.',
  repair: 'Add A and AAAA for the host, or correct its name.',
  covers: ['M04'],
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      const targets = targetsOf(rrset);
      const known = knownTargets(look, rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        const about = known[i];
        if (target === '.' || !isAddressless(look, target, about)) continue;
        look.at(rrset, i, { message: `the mail exchange ${displayName(target)} ${withoutAddress(target, about)}` });
      }
    },
  },
};
