import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';
import { targetsOf } from '../targets.ts';
import { addressText, isAddress, serversOf } from './ns-addresses.ts';

/** `"@": { NS: [ns1, ns2] }`, `ns1: { A: 192.0.2.1 }`, `ns2: { A: 192.0.2.1 }` */
export const nsSameAddress: Check = {
  id: 'ns-same-address',
  severity: 'warning',
  standard: 'RFC 1034 section 4.1, RFC 2182 section 3.1',
  reason: 'Two names for one server look like two servers and fail as one.',
  repair: 'Give each name server an address of its own, or name it once.',
  covers: ['Z04'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      const targets = targetsOf(rrset);
      const servers = serversOf(look, rrset);
      if (servers.filter((server) => server !== undefined).length < 2) return;
      const firstWith = new Map<Rdata, number>();
      for (let i = 0; i < targets.length; i++) {
        for (const address of servers[i] ?? []) {
          if (!isAddress(address)) continue;
          for (const rdata of address.rdatas) {
            const first = firstWith.get(rdata);
            if (first === undefined) firstWith.set(rdata, i);
            else if (first !== i) {
              const names = `${displayName(targets[first] as DomainName)} and ${displayName(targets[i] as DomainName)}`;
              look.at(rrset, i, {
                message: `${names} have the same address ${addressText(rdata)}`,
                related: [{ span: valueSpan(rrset, first), message: 'the other name server' }],
              });
            }
          }
        }
      }
    },
  },
};
