import { keyFlags, keyTag, readDnskey } from '../../../dns/dnssec/dnskey.ts';
import { displayName } from '../../../dns/name.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import type { Check } from '../check.ts';

/** `"@": { DNSKEY: 1 3 13 ... }`, `"@": { DNSKEY: 256 3 13 ... }` and no key with 257 */
export const dnskeyFlags: Check = {
  id: 'dnskey-flags',
  severity: 'warning',
  standard: 'RFC 4034 section 2.1.1, RFC 5011 section 7, RFC 6781 section 3.2.3',
  reason:
    'A key without the zone flag verifies nothing, and tools find the key that a DS is made of by the other flag.',
  repair: 'Use 257 for the key that the DS speaks of and 256 for the others.',
  covers: ['K09'],
  rrset: {
    types: [DNSKEY.code],
    run(rrset, look) {
      if (rrset.owner !== look.zone.apex) return;
      const known = keyFlags.zone | keyFlags.sep | keyFlags.revoked;
      let zoneKeys = 0;
      let entryPoints = 0;
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { flags } = readDnskey(rdata);
        const tag = keyTag(rdata);
        if ((flags & keyFlags.zone) !== 0) zoneKeys++;
        if ((flags & keyFlags.sep) !== 0) entryPoints++;
        if ((flags & keyFlags.zone) === 0) {
          look.at(rrset, i, {
            message: `the DNSKEY with key tag ${tag} has the flags ${flags}, without that of zone keys`,
          });
        } else if ((flags & ~known) !== 0) {
          look.at(rrset, i, { message: `the DNSKEY with key tag ${tag} has the flags ${flags}, some without meaning` });
        }
      }
      if (zoneKeys === 0 || entryPoints > 0) return;
      look.at(rrset, undefined, { message: `no DNSKEY of ${displayName(rrset.owner)} has the flags 257` });
    },
  },
};
