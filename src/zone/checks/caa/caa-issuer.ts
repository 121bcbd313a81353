import { quoted } from '../../../dns/fault.ts';
import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { isIssue, readIssuer, readProperty } from './property.ts';

/** `"@": { CAA: 0 issue "https://letsencrypt.org" }` */
export const caaIssuer: Check = {
  id: 'caa-issuer',
  severity: 'error',
  standard: 'RFC 8659 section 4.2',
  reason: 'A value that authorities cannot read names none of them, so that nobody may issue.',
  repair: 'Write the domain of the authority, and after ";" parameters as name=value; ";" alone lets nobody issue.',
  covers: ['C04'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const property = readProperty(rdata);
        if (!isIssue(property)) continue;
        const { fault } = readIssuer(property.value);
        if (fault !== undefined) look.at(rrset, i, { message: `${property.tag} ${quoted(property.value)} ${fault}` });
      }
    },
  },
};
