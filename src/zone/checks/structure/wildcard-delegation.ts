import { displayName, isWildcard } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { DS } from '../../../dns/types/ds.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';

/** `"*.customers": { NS: [ns1.example.net., ns2.example.net.] }` */
export const wildcardDelegation: Check = {
  id: 'wildcard-delegation',
  severity: 'warning',
  standard: 'RFC 4592 section 4',
  reason: 'What a delegation or redirection at a wildcard means is not defined; BIND refuses a zone with NS at one.',
  repair: 'Write the delegated names out.',
  covers: ['Z33'],
  rrset: {
    types: [NS.code, DNAME.code, DS.code],
    run(rrset, look) {
      const { owner, type } = rrset;
      if (!isWildcard(owner)) return;
      look.at(rrset, undefined, {
        message: `the wildcard ${displayName(owner)} has ${typeName(type)}`,
        ...(type === NS.code && { severity: 'error' }),
      });
    },
  },
};
