import { algorithmText, deprecatedAlgorithms, deprecatedDigests, digestText, readDs } from '../../../dns/dnssec/ds.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { DS } from '../../../dns/types/ds.ts';
import type { Check } from '../check.ts';

/** `sub: { DS: 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118 }` */
export const dsDeprecated: Check = {
  id: 'ds-deprecated',
  severity: 'warning',
  standard: 'RFC 8624 section 3, RFC 9905, RFC 9906',
  reason: 'Validating resolvers stop to support old algorithms, and then take the zone for unsigned or broken.',
  repair: 'Sign the zone with algorithm 13, and publish a DS with digest type 2.',
  covers: ['K03'],
  rrset: {
    types: [DS.code, CDS.code],
    run(rrset, look) {
      // Of a key that has a better digest beside it the old one does no harm.
      const better = new Set(
        rrset.rdatas.map(readDs).flatMap((ds) => (deprecatedDigests.has(ds.digestType) ? [] : [ds.tag])),
      );
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { tag, algorithm, digestType } = readDs(rdata);
        const old = [
          ...(deprecatedAlgorithms.has(algorithm) ? [algorithmText(algorithm)] : []),
          ...(deprecatedDigests.has(digestType) ? [digestText(digestType)] : []),
        ];
        if (old.length === 0) continue;
        look.at(rrset, i, {
          message: `the DS with key tag ${tag} has ${old.join(' and ')}, not to be used any more`,
          ...(!deprecatedAlgorithms.has(algorithm) &&
            better.has(tag) && { severity: 'info', fix: 'remove this DS; the other one of the key is enough' }),
        });
      }
    },
  },
};
