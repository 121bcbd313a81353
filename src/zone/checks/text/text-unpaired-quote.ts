import { quoted } from '../../../dns/fault.ts';
import type { Check } from '../check.ts';
import { textsOf, textTypes } from './texts.ts';

/** `TXT: v=spf1 -all"` */
export const textUnpairedQuote: Check = {
  id: 'text-unpaired-quote',
  severity: 'warning',
  standard: 'RFC 1035 section 5.1',
  reason: 'A quote without its other half was left over when quotes around the text were taken away.',
  repair: 'Remove the quote, or add the other one.',
  covers: ['X04'],
  rrset: {
    types: textTypes,
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!text.includes('"') || text.split('"').length % 2 === 1) continue;
        look.at(rrset, i, { message: `the text ${quoted(text)} has an odd number of quotes` });
      }
    },
  },
};
