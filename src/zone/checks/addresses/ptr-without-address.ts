import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Check } from '../check.ts';
import { type Known, knownTargets, ofType } from '../known.ts';
import { addressOfReverse } from '../names/reverse.ts';
import { addressText } from '../structure/ns-addresses.ts';
import { targetsOf } from '../targets.ts';

/** `10: { PTR: www.example.com. }` in `2.0.192.in-addr.arpa`, and no `A: 192.0.2.10` at `www` in `example.com` */
export const ptrWithoutAddress: Check = {
  id: 'ptr-without-address',
  severity: 'warning',
  standard: 'RFC 1912 section 2.1',
  reason: 'Mail servers and log analysers trust a PTR only if the name that it gives leads back to the address.',
  repair: 'Add the address to the host, or correct the PTR.',
  covers: ['A07'],
  rrset: {
    types: [PTR.code],
    run(rrset, look) {
      const address = addressOfReverse(rrset.owner);
      if (address === undefined) return;
      const targets = targetsOf(rrset);
      const known = knownTargets(look, rrset);
      for (let i = 0; i < targets.length; i++) {
        const fault = faultOf(known[i], address);
        if (fault !== undefined)
          look.at(rrset, i, { message: `the host ${displayName(targets[i] as DomainName)} ${fault}` });
      }
    },
  },
};

/** Why a host, where the repository has its zone, does not lead back to the address. */
function faultOf(known: Known | undefined, address: string): string | undefined {
  if (known === undefined) return undefined;
  if (!known.exists) return `does not exist in the zone ${displayName(known.apex)}`;
  // Names without RRsets have addresses that are not known yet, or none; an alias is judged by its canonical name.
  if (known.rrsets.length === 0 || ofType(known.rrsets, CNAME.code) !== undefined) return undefined;
  const own = ofType(known.rrsets, address.length === 4 ? A.code : AAAA.code);
  return own?.rdatas.some((rdata) => rdata === address)
    ? undefined
    : `does not have the address ${addressText(address)}`;
}
