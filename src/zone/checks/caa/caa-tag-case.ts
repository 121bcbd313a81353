import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { rewriteWithin } from '../rewrite.ts';
import { readProperty } from './property.ts';

/** `"@": { CAA: 0 Issue "letsencrypt.org" }` */
export const caaTagCase: Check = {
  id: 'caa-tag-case',
  severity: 'info',
  standard: 'RFC 8659 section 4.1.1',
  reason: 'Tags are compared without regard to case, but some programs read them in lower case only.',
  repair: 'Write the tag in lower case.',
  covers: ['C02'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { tag } = readProperty(rdata);
        const lower = tag.toLowerCase();
        if (lower === tag) continue;
        look.at(rrset, i, {
          message: `the tag ${tag} has capital letters`,
          edits: rewriteWithin(rrset, i, ` ${tag} `, ` ${lower} `),
        });
      }
    },
  },
};
