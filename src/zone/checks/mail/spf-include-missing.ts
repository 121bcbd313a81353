import { quoted } from '../../../dns/fault.ts';
import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { textsOf } from '../text/texts.ts';
import { isSpf, spfTerms } from './spf.ts';
import { spfTarget } from './spf-lookups.ts';

/** `"@": { TXT: "v=spf1 include:_spf.example.com -all" }` and no `_spf` */
export const spfIncludeMissing: Check = {
  id: 'spf-include-missing',
  severity: 'warning',
  standard: 'RFC 7208 section 5.2, section 6.1',
  reason: 'A record that includes one that is not there is broken as a whole.',
  repair: 'Add the SPF record that is included, or take the include out.',
  covers: ['M09'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!isSpf(text)) continue;
        for (const term of spfTerms(text)) {
          const target = term.name === 'include' || term.name === 'redirect' ? spfTarget(term) : undefined;
          const known = target === undefined ? undefined : knownAbout(look, target);
          if (target === undefined || known === undefined) continue;
          if (ofType(known.rrsets, CNAME.code) !== undefined || look.zone.unreadable?.has(target) === true) continue;
          const txt = ofType(known.rrsets, TXT.code);
          if (txt !== undefined && textsOf(txt).some(isSpf)) continue;
          look.at(rrset, i, { message: `${quoted(term.text)} in SPF: ${displayName(target)} has no SPF record` });
        }
      }
    },
  },
};
