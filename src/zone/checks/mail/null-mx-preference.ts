import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { rewriteValue } from '../rewrite.ts';
import { nullMxIn, preferenceOf } from './null-mx.ts';

/** `"@": { MX: 10 . }` */
export const nullMxPreference: Check = {
  id: 'null-mx-preference',
  severity: 'warning',
  standard: 'RFC 7505 section 3',
  reason: 'The record that says that a name takes no mail has preference 0; mail programs need not know any other.',
  repair: 'Write "0 .".',
  covers: ['M05'],
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      const index = nullMxIn(rrset);
      const preference = index < 0 ? 0 : preferenceOf(rrset.rdatas[index] as string);
      if (preference === 0) return;
      look.at(rrset, index, {
        message: `the null MX has preference ${preference}, not 0`,
        edits: rewriteValue(rrset, index, '0 .'),
      });
    },
  },
};
