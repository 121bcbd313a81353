import { typeName } from '../../../dns/rdata.ts';
import { SMIMEA } from '../../../dns/types/smimea.ts';
import { TLSA } from '../../../dns/types/tlsa.ts';
import type { Check } from '../check.ts';
import { readTlsa } from './tlsa.ts';

/** `_443._tcp.www: { TLSA: 3 1 1 D2ABDE24 }` */
export const tlsaDigestLength: Check = {
  id: 'tlsa-digest-length',
  severity: 'error',
  standard: 'RFC 6698 section 2.1.3, section 2.1.4',
  reason: 'A digest that lost characters on the way matches no certificate, and clients refuse the connection.',
  repair: 'Make the digest anew and copy it as a whole.',
  covers: ['K19'],
  rrset: {
    types: [TLSA.code, SMIMEA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { matching, data } = readTlsa(rdata);
        const wanted = matching === 1 ? 32 : matching === 2 ? 64 : data.length;
        if (data.length === wanted) continue;
        const hash = matching === 1 ? 'SHA-256' : 'SHA-512';
        look.at(rrset, i, {
          message: `the digest of ${typeName(rrset.type)} has ${2 * data.length} hexadecimal digits, and ${2 * wanted} belong to matching type ${matching} (${hash})`,
        });
      }
    },
  },
};
