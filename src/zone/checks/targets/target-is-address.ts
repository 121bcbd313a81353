import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { AFSDB } from '../../../dns/types/afsdb.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { HTTPS } from '../../../dns/types/https.ts';
import { KX } from '../../../dns/types/kx.ts';
import { LP } from '../../../dns/types/lp.ts';
import { MX } from '../../../dns/types/mx.ts';
import { NAPTR } from '../../../dns/types/naptr.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import { SRV } from '../../../dns/types/srv.ts';
import { SVCB } from '../../../dns/types/svcb.ts';
import type { Check } from '../check.ts';
import { addressIn } from '../names/address-like.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { MX: 10 192.0.2.1 }`, `www: { CNAME: 192.0.2.1. }` */
export const targetIsAddress: Check = {
  id: 'target-is-address',
  severity: 'error',
  standard: 'RFC 1035 section 3.3, RFC 5321 section 5.1, RFC 2782, RFC 9460 section 2',
  reason: 'These records hold the name of a host; an address there is read as a name that does not exist.',
  repair: 'Give the host a name with A or AAAA, and write that name.',
  covers: ['G04', 'M02', 'R04', 'H02'],
  rrset: {
    types: [CNAME, DNAME, PTR, MX, SRV, SVCB, HTTPS, NAPTR, AFSDB, KX, LP].map(({ code }) => code),
    run(rrset, look) {
      const { apex } = look.zone;
      // Trees of numbers: what looks like an address there is a reverse name, or a telephone number (RFC 6116).
      if (apex.endsWith('arpa.')) return;
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const address = addressIn(targets[i] as DomainName, apex);
        if (address === undefined) continue;
        look.at(rrset, i, {
          message: `${typeName(rrset.type)} of ${displayName(rrset.owner)} has the address ${address} in the place of a name`,
        });
      }
    },
  },
};
