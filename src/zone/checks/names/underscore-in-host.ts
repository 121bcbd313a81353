import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { MX } from '../../../dns/types/mx.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { isFirstOfHost, ownsHost } from './host-owner.ts';
import { isReverse } from './reverse.ts';
import { trait, traitsOf, traitsOfTargets } from './traits.ts';

/** `web_1: { A: 192.0.2.1 }`, `legacy: { CNAME: other_host.example.net. }`; not `_dmarc: { CNAME: _dmarc.example.net. }` */
export const underscoreInHost: Check = {
  id: 'underscore-in-host',
  severity: 'warning',
  standard: 'RFC 1123 section 2.1, RFC 8552 section 1.1',
  reason: 'Host names have no underscores: some clients and certificate authorities refuse them, and BIND such a zone.',
  repair: 'Write a hyphen instead, or accept it with "waive: { underscore-in-host: reason }" at this name.',
  covers: ['N10'],
  rrset: {
    types: [A.code, AAAA.code, MX.code, NS.code, SRV.code, PTR.code, CNAME.code],
    run(rrset, look) {
      const { owner, type } = rrset;
      if (ownsHost(type)) {
        // Active Directory publishes its global catalogue as a host of this name, which BIND lets pass as well.
        const found = (traitsOf(owner) & trait.underscore) !== 0 && !owner.startsWith('gc._msdcs.');
        if (found && isFirstOfHost(look.zone, rrset)) {
          look.atOwner(rrset, { message: `the host ${displayName(owner)} has an underscore in its name` });
        }
        if (type !== MX.code) return;
      }
      if (type === PTR.code && !isReverse(look.zone.apex)) return;
      if ((traitsOfTargets(rrset) & trait.underscore) === 0) return;
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        const traits = traitsOf(target);
        if ((traits & trait.underscore) === 0) continue;
        // An alias of a service or attribute name is none of a host: DKIM keys, ACME challenges, verification records.
        if (type === CNAME.code && ((traits | traitsOf(owner)) & trait.underscoreFirst) !== 0) continue;
        // A PTR into its own zone has another fault, which is found by itself.
        if (type === PTR.code && isAtOrBelow(target, look.zone.apex)) continue;
        look.at(rrset, i, { message: `the host ${displayName(target)} has an underscore in its name` });
      }
    },
  },
};
