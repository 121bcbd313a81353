import { asksForRemoval, digestText, digestTypes, readDs } from '../../../dns/dnssec/ds.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { DLV } from '../../../dns/types/dlv.ts';
import { DS } from '../../../dns/types/ds.ts';
import { TA } from '../../../dns/types/ta.ts';
import type { Check } from '../check.ts';

/** `sub: { DS: 12345 13 2 D4B7D520 }` */
export const dsDigestLength: Check = {
  id: 'ds-digest-length',
  severity: 'error',
  standard: 'RFC 4034 section 5.1.4, RFC 4509 section 2.1, RFC 6605 section 2',
  reason: 'A digest that lost characters on the way matches no key; BIND and Knot refuse a zone that has one.',
  repair: 'Copy the DS anew, as a whole.',
  covers: ['K02'],
  hard: true,
  rrset: {
    types: [DS.code, CDS.code, DLV.code, TA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { algorithm, digestType, digest } = readDs(rdata);
        const wanted = digestTypes.get(digestType)?.octets;
        if (wanted === undefined || digest.length === wanted) continue;
        if (rrset.type === CDS.code && asksForRemoval(algorithm)) continue;
        look.at(rrset, i, {
          message: `the digest of the ${typeName(rrset.type)} has ${2 * digest.length} hexadecimal digits, and ${2 * wanted} belong to ${digestText(digestType)}`,
        });
      }
    },
  },
};
