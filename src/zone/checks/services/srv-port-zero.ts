import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { readU16 } from '../../../dns/octets.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';

/** `_sip._tcp: { SRV: 10 60 0 sip }` */
export const srvPortZero: Check = {
  id: 'srv-port-zero',
  severity: 'warning',
  standard: 'RFC 2782, RFC 6335 section 6',
  reason: 'Nothing can be reached at port 0.',
  repair: 'Write the port of the service, or "0 0 0 ." if there is no such service.',
  covers: ['R03'],
  rrset: {
    types: [SRV.code],
    run(rrset, look) {
      const { rdatas } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const rdata = rdatas[i] as string;
        if (readU16(rdata, 4) !== 0 || rdata.length === 7) continue;
        look.at(rrset, i, { message: `the service at ${displayName(targetsOf(rrset)[i] as DomainName)} has port 0` });
      }
    },
  },
};
