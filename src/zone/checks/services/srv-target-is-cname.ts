import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { knownTargets, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';

/** `_sip._tcp: { SRV: 10 60 5060 sip }`, `sip: { CNAME: host1 }` */
export const srvTargetIsCname: Check = {
  id: 'srv-target-is-cname',
  severity: 'error',
  standard: 'RFC 2782',
  reason: 'Clients look up addresses of the target itself, and need not follow an alias.',
  repair: 'Name the host by its canonical name, the one that has the addresses.',
  covers: ['R04'],
  rrset: {
    types: [SRV.code],
    run(rrset, look) {
      const known = knownTargets(look, rrset);
      for (let i = 0; i < known.length; i++) {
        const cname = ofType(known[i]?.rrsets ?? [], CNAME.code);
        if (cname === undefined) continue;
        const target = targetsOf(rrset)[i] as DomainName;
        const canonical = targetsOf(cname)[0];
        look.at(rrset, i, {
          message: `the target ${displayName(target)} of ${displayName(rrset.owner)} is an alias`,
          ...(canonical !== undefined && { fix: `write ${canonical} or another name that has addresses` }),
        });
      }
    },
  },
};
