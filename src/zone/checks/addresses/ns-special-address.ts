import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';
import { addressText, isAddress, serversOf } from '../structure/ns-addresses.ts';
import { targetsOf } from '../targets.ts';
import { isDocumentationName, isPrivateName } from './private-names.ts';
import { specialUseOf } from './special-ranges.ts';

/** `"@": { NS: [ns1, ns2] }`, `ns1: { A: 10.0.0.53 }` */
export const nsSpecialAddress: Check = {
  id: 'ns-special-address',
  severity: 'warning',
  standard: 'RFC 6890, RFC 1918 section 5',
  reason: 'A name server at an address that is not globally reachable answers nobody outside.',
  repair: 'Give the name server a public address, or take it out of the NS.',
  covers: ['A04'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      const { apex } = look.zone;
      if (isPrivateName(apex)) return;
      const documentation = isDocumentationName(apex);
      const targets = targetsOf(rrset);
      const servers = serversOf(look, rrset);
      for (let i = 0; i < targets.length; i++) {
        for (const address of servers[i] ?? []) {
          if (!isAddress(address)) continue;
          for (const rdata of address.rdatas) {
            const use = specialUseOf(rdata);
            if (use === undefined || (use === 'documentation' && documentation)) continue;
            look.at(rrset, i, {
              message: `the name server ${displayName(targets[i] as DomainName)} has the ${use} address ${addressText(rdata)}`,
            });
          }
        }
      }
    },
  },
};
