import { TLSA } from '../../../dns/types/tlsa.ts';
import type { Check } from '../check.ts';
import { readTlsa } from './tlsa.ts';

/** `_25._tcp.mail: { TLSA: 1 1 1 ... }` */
export const tlsaUsageForMail: Check = {
  id: 'tlsa-usage-for-mail',
  severity: 'warning',
  standard: 'RFC 7672 section 3.1.3',
  reason: 'Mail servers have no list of authorities to hold a certificate against, and pass over these usages.',
  repair: 'Use 3 for the certificate of the server, or 2 for that of its authority.',
  covers: ['K20'],
  rrset: {
    types: [TLSA.code],
    run(rrset, look) {
      if (!rrset.owner.startsWith('_25._tcp.')) return;
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { usage } = readTlsa(rdata);
        if (usage < 2) look.at(rrset, i, { message: `the TLSA of a mail server has the usage ${usage}` });
      }
    },
  },
};
