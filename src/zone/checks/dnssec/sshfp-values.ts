import { SSHFP } from '../../../dns/types/sshfp.ts';
import type { Check } from '../check.ts';

/** `host: { SSHFP: 5 2 ... }` */
export const sshfpValues: Check = {
  id: 'sshfp-values',
  severity: 'warning',
  standard: 'RFC 4255 section 3.1, RFC 6594, RFC 7479, RFC 8709',
  reason: 'Clients pass over a record with a number that they do not know, as if it were not there.',
  repair: 'Use the algorithm 1, 3, 4 or 6, and type 2.',
  covers: ['K23'],
  rrset: {
    types: [SSHFP.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const algorithm = rdata.charCodeAt(0);
        const type = rdata.charCodeAt(1);
        const unknown = [
          ...(algorithms.has(algorithm) ? [] : [`the algorithm ${algorithm}`]),
          ...(type === 1 || type === 2 ? [] : [`the type ${type}`]),
        ];
        if (unknown.length > 0) look.at(rrset, i, { message: `SSHFP has ${unknown.join(' and ')}, not assigned` });
      }
    },
  },
};

const algorithms = new Set([1, 2, 3, 4, 6]);
