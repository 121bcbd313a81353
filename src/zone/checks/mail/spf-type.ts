import { displayName } from '../../../dns/name.ts';
import { sameRdatas } from '../../../dns/rrset.ts';
import { SPF } from '../../../dns/types/spf.ts';
import { TXT } from '../../../dns/types/txt.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan, writtenIn } from '../place.ts';
import { textsOf } from '../text/texts.ts';
import { isSpf } from './spf.ts';

/** `"@": { SPF: v=spf1 -all }` */
export const spfType: Check = {
  id: 'spf-type',
  severity: 'error',
  standard: 'RFC 7208 section 3.1',
  reason: 'The type SPF was given up; receivers look for the policy in TXT only.',
  repair: 'Write TXT instead of SPF.',
  covers: ['M11'],
  rrset: {
    types: [SPF.code],
    run(rrset, look) {
      const owner = displayName(rrset.owner);
      const txt = findRRset(look.zone, rrset.owner, TXT.code);
      if (txt !== undefined && (textsOf(txt).some(isSpf) || sameRdatas(txt, { ...rrset, type: TXT.code }))) {
        look.at(rrset, undefined, {
          message: `${owner} has its policy in a TXT and once more in the type SPF, which nobody asks for`,
          fix: 'remove the SPF',
          severity: 'warning',
        });
        return;
      }
      const span = typeSpan(rrset);
      const replaceable = txt === undefined && writtenIn(span) === 'SPF';
      look.at(rrset, undefined, {
        message: `${owner} has its policy in the type SPF, which nobody asks for`,
        ...(replaceable && { edits: [{ file: span.source.path, start: span.start, end: span.end, text: 'TXT' }] }),
      });
    },
  },
};
