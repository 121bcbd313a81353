import { displayName } from '../../../dns/name.ts';
import { SSHFP } from '../../../dns/types/sshfp.ts';
import type { Check } from '../check.ts';

/** `host: { SSHFP: 4 1 123456789ABCDEF67890123456789ABCDEF67890 }` and no SHA-256 beside it */
export const sshfpSha1: Check = {
  id: 'sshfp-sha1',
  severity: 'warning',
  standard: 'RFC 6594 section 4',
  reason: 'Two keys with one SHA-1 can be made, and clients that know better do not accept it.',
  repair: 'Publish the SHA-256 of the key as well; "ssh-keygen -r" prints both.',
  covers: ['K24'],
  rrset: {
    types: [SSHFP.code],
    run(rrset, look) {
      const better = new Set(rrset.rdatas.filter((rdata) => rdata.charCodeAt(1) === 2).map((rdata) => rdata[0]));
      for (const [i, rdata] of rrset.rdatas.entries()) {
        if (rdata.charCodeAt(1) !== 1 || better.has(rdata[0])) continue;
        look.at(rrset, i, {
          message: `the key of ${displayName(rrset.owner)} with algorithm ${rdata.charCodeAt(0)} has a SHA-1 fingerprint only`,
        });
      }
    },
  },
};
