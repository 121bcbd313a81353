import { readU16 } from '../../../dns/octets.ts';
import { AFSDB } from '../../../dns/types/afsdb.ts';
import type { Check } from '../check.ts';

/** `"@": { AFSDB: 3 afs }` */
export const afsdbSubtype: Check = {
  id: 'afsdb-subtype',
  severity: 'warning',
  standard: 'RFC 1183 section 1',
  reason: 'Clients know the subtypes 1 and 2 and pass over all others.',
  repair: 'Write 1 for a server of an AFS cell, 2 for one of a DCE/NCA cell.',
  covers: ['K25'],
  rrset: {
    types: [AFSDB.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const subtype = readU16(rdata, 0);
        if (subtype !== 1 && subtype !== 2) look.at(rrset, i, { message: `the subtype of AFSDB is ${subtype}` });
      }
    },
  },
};
