import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { knownTargets, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { MX: 10 mail }`, `mail: { CNAME: host1 }` */
export const mxTargetIsCname: Check = {
  id: 'mx-target-is-cname',
  severity: 'error',
  standard: 'RFC 2181 section 10.3, RFC 5321 section 5.1',
  reason: 'Mail servers look up addresses of the exchange itself; some do not follow an alias, and some loop over it.',
  repair: 'Name the host by its canonical name, the one that has the addresses.',
  covers: ['M03'],
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      const known = knownTargets(look, rrset);
      for (let i = 0; i < known.length; i++) {
        const cname = ofType(known[i]?.rrsets ?? [], CNAME.code);
        if (cname === undefined) continue;
        const exchange = targetsOf(rrset)[i] as DomainName;
        const canonical = targetsOf(cname)[0];
        look.at(rrset, i, {
          message: `the mail exchange ${displayName(exchange)} of ${displayName(rrset.owner)} is an alias`,
          ...(canonical !== undefined && { fix: `write ${canonical} or another name that has addresses` }),
        });
      }
    },
  },
};
