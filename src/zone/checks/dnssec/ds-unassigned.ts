import { algorithmNames, algorithmText, asksForRemoval, digestTypes, readDs } from '../../../dns/dnssec/ds.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { DS } from '../../../dns/types/ds.ts';
import type { Check } from '../check.ts';

/** `sub: { DS: 12345 31 2 ... }` */
export const dsUnassigned: Check = {
  id: 'ds-unassigned',
  severity: 'error',
  standard: 'RFC 4034 appendix A, IANA registries of DNSSEC algorithms and digests',
  reason: 'A DS with a number that stands for no algorithm protects nothing; Knot refuses one of an unknown digest.',
  repair: 'Copy the DS anew; algorithm and digest type may have been mixed up.',
  covers: ['K04'],
  rrset: {
    types: [DS.code, CDS.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { tag, algorithm, digestType } = readDs(rdata);
        if (rrset.type === CDS.code && asksForRemoval(algorithm)) continue;
        const unknown = [
          ...(algorithmNames.has(algorithm) ? [] : [algorithmText(algorithm)]),
          // From 253 on for private use.
          ...(digestTypes.has(digestType) || digestType === 253 || digestType === 254
            ? []
            : [`digest type ${digestType}`]),
        ];
        if (unknown.length === 0) continue;
        look.at(rrset, i, {
          message: `the DS with key tag ${tag} has ${unknown.join(' and ')}, which ${unknown.length > 1 ? 'are' : 'is'} not assigned`,
        });
      }
    },
  },
};
