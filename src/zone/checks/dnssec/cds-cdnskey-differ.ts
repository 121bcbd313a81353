import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { asksForRemoval, digestTypes, dsMatches, readDs } from '../../../dns/dnssec/ds.ts';
import { displayName } from '../../../dns/name.ts';
import { CDNSKEY } from '../../../dns/types/cdnskey.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';

/** `"@": { CDS: 12345 13 2 ..., CDNSKEY: 257 3 13 ... }` of two different keys */
export const cdsCdnskeyDiffer: Check = {
  id: 'cds-cdnskey-differ',
  severity: 'error',
  standard: 'RFC 7344 section 4',
  reason: 'A parent may read either of the two; where they differ it depends on the parent which DS is published.',
  repair: 'Publish both for the same keys.',
  covers: ['K07'],
  rrset: {
    types: [CDS.code, CDNSKEY.code],
    run(rrset, look) {
      const { owner, type } = rrset;
      const keys = findRRset(look.zone, owner, CDNSKEY.code);
      if (keys === undefined || findRRset(look.zone, owner, CDS.code) === undefined) {
        const [one, other] = type === CDS.code ? ['CDS', 'CDNSKEY'] : ['CDNSKEY', 'CDS'];
        look.at(rrset, undefined, {
          message: `${displayName(owner)} has a ${one} and no ${other}`,
          fix: `publish the ${other} as well, for parents that read it`,
          severity: 'warning',
        });
        return;
      }
      if (type === CDNSKEY.code) return;
      const removal = rrset.rdatas.some((rdata) => asksForRemoval(readDs(rdata).algorithm));
      const keyRemoval = keys.rdatas.some((rdata) => asksForRemoval(rdata.charCodeAt(3)));
      if (removal || keyRemoval) {
        if (removal !== keyRemoval) {
          look.at(rrset, undefined, {
            message: `${removal ? 'the CDS asks' : 'the CDNSKEY asks'} for removal of the DS of ${displayName(owner)}, and ${removal ? 'the CDNSKEY' : 'the CDS'} does not`,
          });
        }
        return;
      }
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { tag, digestType, digest } = readDs(rdata);
        // That the digest itself is wrong is found by its own check.
        if (digestTypes.get(digestType)?.octets !== digest.length) continue;
        if (keys.rdatas.some((key) => dsMatches(owner, rdata, key))) continue;
        look.at(rrset, i, { message: `the CDS with key tag ${tag} is of no CDNSKEY of ${displayName(owner)}` });
      }
      for (const [i, key] of keys.rdatas.entries()) {
        if (rrset.rdatas.some((rdata) => dsMatches(owner, rdata, key))) continue;
        look.at(keys, i, { message: `the CDNSKEY with key tag ${keyTag(key)} has no CDS at ${displayName(owner)}` });
      }
    },
  },
};
