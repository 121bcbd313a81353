import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { listed } from '../wording.ts';
import { readProperty } from './property.ts';

/** `"@": { CAA: 0 isue "letsencrypt.org" }` */
export const caaTag: Check = {
  id: 'caa-tag',
  severity: 'warning',
  standard: 'RFC 8659 section 4, RFC 9495, IANA registry of CAA properties',
  reason: 'A property that no authority knows does not restrict anything, or stops all of them if it is critical.',
  repair: 'Correct the tag.',
  covers: ['C03'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { flags, tag } = readProperty(rdata);
        if (known.has(tag.toLowerCase())) continue;
        const effect = flags >= 128 ? ', and authorities that do not know it must not issue' : '';
        look.at(rrset, i, { message: `the tag ${tag} is none of ${listed([...known])}${effect}` });
      }
    },
  },
};

const known = new Set(['issue', 'issuewild', 'issuemail', 'issuevmc', 'iodef', 'contactemail', 'contactphone']);
