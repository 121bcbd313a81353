import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { algorithmText } from '../../../dns/dnssec/ds.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';

/** `"@": { NSEC3PARAM: 1 0 0 -, DNSKEY: 257 3 5 ... }` */
export const nsec3WithRsasha1: Check = {
  id: 'nsec3-with-rsasha1',
  severity: 'error',
  standard: 'RFC 5155 section 2',
  reason: 'Resolvers that know this algorithm need not know NSEC3, so that a zone with both is forbidden.',
  repair: 'Roll over to algorithm 13, or use NSEC.',
  covers: ['K12'],
  rrset: {
    types: [NSEC3PARAM.code],
    run(rrset, look) {
      const keys = findRRset(look.zone, rrset.owner, DNSKEY.code);
      const index = keys?.rdatas.findIndex((rdata) => [1, 3, 5].includes(rdata.charCodeAt(3))) ?? -1;
      if (keys === undefined || index < 0) return;
      const key = keys.rdatas[index] as string;
      look.at(rrset, 0, {
        message: `the zone has NSEC3 and a DNSKEY of ${algorithmText(key.charCodeAt(3))}`,
        related: [{ span: valueSpan(keys, index), message: `the key with tag ${keyTag(keys.rdatas[index] as never)}` }],
      });
    },
  },
};
