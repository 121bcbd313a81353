import { displayName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { typeName } from '../../../dns/rdata.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import type { Check } from '../check.ts';
import { addressText } from '../structure/ns-addresses.ts';
import { ownNsTargets } from '../structure/ns-targets.ts';
import { isDocumentationName, isPrivateName } from './private-names.ts';
import { specialUseOf } from './special-ranges.ts';

/** `printer: { A: 10.0.0.7 }` */
export const specialAddress: Check = {
  id: 'special-address',
  severity: 'warning',
  standard: 'RFC 6890, RFC 1918 section 5, RFC 5737, RFC 3849',
  reason:
    'An address that is not globally reachable leads the world nowhere, or to a machine of its own, and tells what is inside.',
  repair: 'Write the public address, serve the name in an internal zone, or waive it if the name is for insiders.',
  covers: ['A05'],
  rrset: {
    types: [A.code, AAAA.code],
    run(rrset, look) {
      const { rdatas, owner, type, options } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const address = rdatas[i] as Rdata;
        const use = specialUseOf(address);
        if (use === undefined || use === 'IPv4-mapped') continue;
        // The node's web server fetches from a proxied address; nobody else is told it.
        if (options?.[i]?.proxied === true) continue;
        const { apex } = look.zone;
        if (isPrivateName(apex) || (use === 'documentation' && isDocumentationName(apex))) continue;
        if (ownNsTargets(look.zone).has(owner)) continue;
        look.at(rrset, i, {
          message: `${typeName(type)} of ${displayName(owner)} is the ${use} address ${addressText(address)}`,
        });
      }
    },
  },
};
