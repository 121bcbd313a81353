import { quoted } from '../../../dns/fault.ts';
import { displayName } from '../../../dns/name.ts';
import { NAPTR } from '../../../dns/types/naptr.ts';
import type { Check } from '../check.ts';
import { readNaptr } from './naptr.ts';

/** `"@": { NAPTR: 100 10 "x" "SIP+D2U" "" _sip._udp }` */
export const naptrFlags: Check = {
  id: 'naptr-flags',
  severity: 'warning',
  standard: 'RFC 3403 section 4.1, RFC 3404 section 4.3',
  reason: 'The flag says what the result is; a client that does not know it passes over the record.',
  repair: 'Use "s" for an SRV, "a" for an address, "u" for a URI, "p" for what the service says, or none.',
  covers: ['R07'],
  rrset: {
    types: [NAPTR.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { flags } = readNaptr(rdata);
        if (/^[saup]?$/i.test(flags)) continue;
        const message = `the flags of the NAPTR of ${displayName(rrset.owner)} are ${quoted(flags)}`;
        // Anything but letters and digits is forbidden, not only unknown.
        look.at(rrset, i, { message, ...(!/^[a-z0-9]*$/i.test(flags) && { severity: 'error' }) });
      }
    },
  },
};
