import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow, labelsOf } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { MX } from '../../../dns/types/mx.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { addressIn } from './address-like.ts';

/** `www: { CNAME: web.example.42. }` */
export const numericTld: Check = {
  id: 'numeric-tld',
  severity: 'warning',
  standard: 'RFC 3696 section 2',
  reason: 'No top-level domain is a number, so that names can be told from addresses; the target cannot exist.',
  repair: 'Correct the target.',
  covers: ['N13'],
  rrset: {
    types: [NS.code, CNAME.code, MX.code, SRV.code, PTR.code],
    run(rrset, look) {
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        const last = target.charCodeAt(target.length - 2);
        if (!(last >= 48 && last <= 57) || isAtOrBelow(target, look.zone.apex)) continue;
        // An address in the place of a name is found by the checks of targets.
        if (!/^\d+$/.test(labelsOf(target).at(-1) ?? '') || addressIn(target, look.zone.apex) !== undefined) continue;
        look.at(rrset, i, { message: `the target ${displayName(target)} ends in a number` });
      }
    },
  },
};
