import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';
import { textsOf } from '../text/texts.ts';
import { isSpf } from './spf.ts';

/** `"@": { TXT: ["v=spf1 mx -all", "v=spf1 include:_spf.example.net -all"] }` */
export const severalSpfRecords: Check = {
  id: 'several-spf-records',
  severity: 'error',
  standard: 'RFC 7208 section 3.2, section 4.5',
  reason: 'Receivers that find two records for one name take neither, and treat the policy as broken.',
  repair: 'Put the terms of all records into one.',
  covers: ['M08'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      const texts = textsOf(rrset);
      const first = texts.findIndex(isSpf);
      for (let i = first + 1; first >= 0 && i < texts.length; i++) {
        if (!isSpf(texts[i] as string)) continue;
        look.at(rrset, i, {
          message: `${displayName(rrset.owner)} has more than one SPF record`,
          related: [{ span: valueSpan(rrset, first), message: 'the first of them' }],
        });
      }
    },
  },
};
