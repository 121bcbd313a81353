import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';
import { knownTargets, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { NS: [ns1, ns2] }`, `ns2: { CNAME: ns1 }` */
export const nsTargetIsCname: Check = {
  id: 'ns-target-is-cname',
  severity: 'error',
  standard: 'RFC 2181 section 10.3, RFC 1912 section 2.4',
  reason: 'Resolvers do not follow an alias to find a name server.',
  repair: 'Name the server by its canonical name, the one that has the addresses.',
  covers: ['Z18'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      const targets = targetsOf(rrset);
      const known = knownTargets(look, rrset);
      for (let i = 0; i < targets.length; i++) {
        const cname = ofType(known[i]?.rrsets ?? [], CNAME.code);
        if (cname === undefined) continue;
        const canonical = targetsOf(cname)[0];
        look.at(rrset, i, {
          message: `the name server ${displayName(targets[i] as DomainName)} is an alias`,
          ...(canonical !== undefined && { fix: `write ${canonical} or another name that has addresses` }),
        });
      }
    },
  },
};
