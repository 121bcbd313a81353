import { displayName, isWildcard, labelsOf, nameFromLabels } from '../../../dns/name.ts';
import { TLSA } from '../../../dns/types/tlsa.ts';
import type { Check } from '../check.ts';
import { knownAbout } from '../known.ts';
import { isAddressless, withoutAddress } from '../targets/addressless.ts';

/** `_443._tcp.www: { TLSA: 3 1 1 ... }` and no `www` */
export const tlsaHostWithoutAddress: Check = {
  id: 'tlsa-host-without-address',
  severity: 'warning',
  standard: 'RFC 6698 section 3',
  reason: 'What the record says is about a host that nobody can reach by this name.',
  repair: 'Correct the name of the host, or remove the TLSA.',
  covers: ['K22'],
  rrset: {
    types: [TLSA.code],
    run(rrset, look) {
      const [port = '', protocol = '', ...host] = labelsOf(rrset.owner);
      if (!/^_\d+$/.test(port) || !/^_(tcp|udp|sctp)$/.test(protocol) || host[0]?.startsWith('_') !== false) return;
      const name = nameFromLabels(host);
      const known = knownAbout(look, name);
      if (isWildcard(name) || !isAddressless(look, name, known)) return;
      look.atOwner(rrset, {
        message: `the host ${displayName(name)} of the TLSA ${withoutAddress(name, known)}`,
      });
    },
  },
};
