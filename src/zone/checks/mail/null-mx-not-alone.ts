import { displayName } from '../../../dns/name.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';
import { nullMxIn } from './null-mx.ts';

/** `"@": { MX: [0 ., 10 mail] }` */
export const nullMxNotAlone: Check = {
  id: 'null-mx-not-alone',
  severity: 'error',
  standard: 'RFC 7505 section 3',
  reason: 'One record says that the name takes no mail and the other where its mail goes; senders follow either.',
  repair: 'Remove the null MX, or all others.',
  covers: ['M05'],
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      const index = nullMxIn(rrset);
      if (index < 0) return;
      look.at(rrset, index, {
        message: `${displayName(rrset.owner)} has a null MX and also other MX`,
        related: [{ span: valueSpan(rrset, index === 0 ? 1 : 0), message: 'another MX' }],
      });
    },
  },
};
