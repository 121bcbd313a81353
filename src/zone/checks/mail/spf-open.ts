import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import { isSpf, spfTerms } from './spf.ts';

/** `"@": { TXT: v=spf1 mx +all }` */
export const spfOpen: Check = {
  id: 'spf-open',
  severity: 'warning',
  standard: 'RFC 7208 section 4.7, section 5.1',
  reason: 'A policy says what to do with mail from everywhere else, and one that lets it pass protects nobody.',
  repair: 'End the record with "-all" or "~all".',
  covers: ['M09'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!isSpf(text)) continue;
        const terms = spfTerms(text);
        const all = terms.find(({ name, qualifier }) => name === 'all' && qualifier !== undefined);
        if (all === undefined) {
          // What only others include says nothing about everywhere else.
          if (rrset.owner.startsWith('_') || terms.some(({ name }) => name === 'redirect')) continue;
          look.at(rrset, i, {
            message: `the SPF record of ${displayName(rrset.owner)} has no "all" at its end`,
            severity: 'info',
          });
        } else if (all.qualifier === '+') {
          look.at(rrset, i, { message: `the SPF record of ${displayName(rrset.owner)} lets everybody send mail` });
        }
      }
    },
  },
};
