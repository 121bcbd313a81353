import { displayName } from '../../../dns/name.ts';
import { SSHFP } from '../../../dns/types/sshfp.ts';
import type { Check } from '../check.ts';

/** `host: { SSHFP: 4 2 A87F1B68 }` */
export const sshfpLength: Check = {
  id: 'sshfp-length',
  severity: 'error',
  standard: 'RFC 4255 section 3.1.2, RFC 6594 section 4',
  reason: 'A fingerprint that lost characters on the way matches no key; BIND refuses a zone that has one.',
  repair: 'Copy the fingerprint anew, as a whole.',
  covers: ['K23'],
  hard: true,
  rrset: {
    types: [SSHFP.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const type = rdata.charCodeAt(1);
        const octets = rdata.length - 2;
        const wanted = type === 1 ? 20 : type === 2 ? 32 : octets;
        if (octets === wanted) continue;
        look.at(rrset, i, {
          message: `the fingerprint of ${displayName(rrset.owner)} has ${2 * octets} hexadecimal digits, and ${2 * wanted} belong to type ${type} (${type === 1 ? 'SHA-1' : 'SHA-256'})`,
        });
      }
    },
  },
};
