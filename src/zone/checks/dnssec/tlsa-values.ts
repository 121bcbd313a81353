import { typeName } from '../../../dns/rdata.ts';
import { SMIMEA } from '../../../dns/types/smimea.ts';
import { TLSA } from '../../../dns/types/tlsa.ts';
import type { Check } from '../check.ts';
import { readTlsa } from './tlsa.ts';

/** `_443._tcp.www: { TLSA: 4 1 1 ... }` */
export const tlsaValues: Check = {
  id: 'tlsa-values',
  severity: 'warning',
  standard: 'RFC 6698 section 2.1, RFC 7218',
  reason: 'Clients pass over a record with a number that they do not know, as if it were not there.',
  repair: 'Use a usage from 0 to 3, a selector of 0 or 1, and a matching type from 0 to 2.',
  covers: ['K19'],
  rrset: {
    types: [TLSA.code, SMIMEA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { usage, selector, matching } = readTlsa(rdata);
        // 255 is for private use in all three.
        const unknown = [
          ...(usage > 3 && usage < 255 ? [`the usage ${usage}`] : []),
          ...(selector > 1 && selector < 255 ? [`the selector ${selector}`] : []),
          ...(matching > 2 && matching < 255 ? [`the matching type ${matching}`] : []),
        ];
        if (unknown.length === 0) continue;
        look.at(rrset, i, { message: `${typeName(rrset.type)} has ${unknown.join(' and ')}, not assigned` });
      }
    },
  },
};
