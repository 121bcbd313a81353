import { quoted } from '../../../dns/fault.ts';
import { displayName } from '../../../dns/name.ts';
import { NAPTR } from '../../../dns/types/naptr.ts';
import type { Check } from '../check.ts';
import { readNaptr } from './naptr.ts';

/** `"@": { NAPTR: 100 10 "s" "SIP + D2U" "" _sip._udp }` */
export const naptrServices: Check = {
  id: 'naptr-services',
  severity: 'warning',
  standard: 'RFC 3404 section 4.4, RFC 3958 section 6.5, RFC 6116 section 3.4.3',
  reason: 'Services are compared as words of letters, digits and hyphens joined by "+" and ":".',
  repair: 'Write them as the application wants them, such as "SIP+D2U" or "E2U+sip".',
  covers: ['R07'],
  rrset: {
    types: [NAPTR.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { services } = readNaptr(rdata);
        if (/^([a-z0-9][a-z0-9._-]*([+:][a-z0-9][a-z0-9._-]*)*)?$/i.test(services)) continue;
        look.at(rrset, i, {
          message: `the services of the NAPTR of ${displayName(rrset.owner)} are ${quoted(services)}`,
        });
      }
    },
  },
};
