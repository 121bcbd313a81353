import { displayName } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';
import { serversOf } from './ns-addresses.ts';

/** `"@": { NS: [ns1, ns2] }` where `ns1` and `ns2` have AAAA only */
export const nsAddressFamily: Check = {
  id: 'ns-address-family',
  severity: 'warning',
  standard: 'RFC 3901 section 4, RFC 4472 section 1.3',
  reason: 'Resolvers that speak only IPv4, or only IPv6, cannot reach a zone whose servers all speak the other.',
  repair: 'Give at least one name server an address of the missing family.',
  covers: ['Z05'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      let ipv4 = false;
      let ipv6 = false;
      for (const server of serversOf(look, rrset)) {
        // What cannot be seen from here may have both.
        if (server === undefined) return;
        for (const { type } of server) {
          if (type === A.code) ipv4 = true;
          else if (type === AAAA.code) ipv6 = true;
        }
      }
      if (ipv4 && ipv6) return;
      look.at(rrset, undefined, {
        message: `no name server of ${displayName(rrset.owner)} has an ${ipv4 ? 'IPv6' : 'IPv4'} address`,
        ...(ipv4 && { severity: 'info' }),
      });
    },
  },
};
