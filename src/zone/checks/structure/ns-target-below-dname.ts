import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { NS: [ns1.old, ns2.example.net.] }`, `old: { DNAME: new.example.net. }` */
export const nsTargetBelowDname: Check = {
  id: 'ns-target-below-dname',
  severity: 'error',
  standard: 'RFC 2181 section 10.3, RFC 6672 section 2.4',
  reason: 'A name below a DNAME is an alias, and resolvers do not follow an alias to find a name server.',
  repair: 'Name the server by the name that has its addresses.',
  covers: ['Z20'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        const above = look.shape.dnameAbove(target);
        if (above === undefined) continue;
        const dname = findRRset(look.zone, above, DNAME.code);
        look.at(rrset, i, {
          message: `the name server ${displayName(target)} lies below the DNAME of ${displayName(above)}`,
          ...(dname !== undefined && { related: [{ span: typeSpan(dname), message: 'the DNAME' }] }),
        });
      }
    },
  },
};
