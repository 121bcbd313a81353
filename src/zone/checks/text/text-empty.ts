import { displayName } from '../../../dns/name.ts';
import type { Check } from '../check.ts';
import { textsOf, textTypes } from './texts.ts';

/** `TXT: '""'` */
export const textEmpty: Check = {
  id: 'text-empty',
  severity: 'warning',
  standard: 'RFC 1035 section 3.3.14',
  reason: 'A text of no characters says nothing, and was left over when its contents were taken out.',
  repair: 'Write the text, or remove the value.',
  covers: ['X05'],
  rrset: {
    types: textTypes,
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        if (texts[i] === '') look.at(rrset, i, { message: `a text of ${displayName(rrset.owner)} is empty` });
      }
    },
  },
};
