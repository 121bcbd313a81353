import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';
import { textsOf } from '../text/texts.ts';
import { isDmarc } from './dmarc.ts';

/** `_dmarc: { TXT: [v=DMARC1; p=none, v=DMARC1; p=reject] }` */
export const severalDmarcRecords: Check = {
  id: 'several-dmarc-records',
  severity: 'warning',
  standard: 'RFC 7489 section 6.6.3',
  reason: 'Receivers that find two policies at one name apply neither.',
  repair: 'Keep one of them.',
  covers: ['M12'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2 || !rrset.owner.startsWith('_dmarc.')) return;
      const texts = textsOf(rrset);
      const first = texts.findIndex(isDmarc);
      for (let i = first + 1; first >= 0 && i < texts.length; i++) {
        if (!isDmarc(texts[i] as string)) continue;
        look.at(rrset, i, {
          message: `${displayName(rrset.owner)} has more than one DMARC record`,
          related: [{ span: valueSpan(rrset, first), message: 'the first of them' }],
        });
      }
    },
  },
};
