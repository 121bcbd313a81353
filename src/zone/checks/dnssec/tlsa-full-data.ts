import { TLSA } from '../../../dns/types/tlsa.ts';
import type { Check } from '../check.ts';
import { readTlsa } from './tlsa.ts';

/** `_443._tcp.www: { TLSA: 3 0 0 3082... }` */
export const tlsaFullData: Check = {
  id: 'tlsa-full-data',
  severity: 'info',
  standard: 'RFC 7671 section 10.1.2',
  reason: 'A whole certificate makes large answers, and holds dates that change with every renewal.',
  repair: 'Publish the SHA-256 of the public key: "3 1 1".',
  covers: ['K20'],
  rrset: {
    types: [TLSA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { selector, matching, data } = readTlsa(rdata);
        if (matching !== 0) continue;
        const what = selector === 1 ? 'public key' : 'certificate';
        look.at(rrset, i, { message: `the TLSA holds a whole ${what} of ${data.length} octets` });
      }
    },
  },
};
