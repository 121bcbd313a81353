import { quoted } from '../../../dns/fault.ts';
import type { Check } from '../check.ts';
import { textsOf, textTypes } from './texts.ts';

/** `TXT: v=spf1 include:_spf.example.net –all` */
export const textNotAscii: Check = {
  id: 'text-not-ascii',
  severity: 'warning',
  standard: 'RFC 7208 section 3.1, RFC 6376 section 3.6.2.2, RFC 7489 section 6.3',
  reason:
    'Policies that programs read are of ASCII; a typographic dash or an invisible space came from a text processor.',
  repair: 'Type the character anew.',
  covers: ['X03'],
  rrset: {
    types: textTypes,
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        const other = /^v=[a-z]+\d/i.test(text) ? /[^\0-\x7f]/u.exec(text) : null;
        if (other === null) continue;
        const code = (other[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
        const before = text.slice(Math.max(0, other.index - 20), other.index);
        look.at(rrset, i, { message: `behind ${quoted(before)} stands U+${code}, which is not ASCII` });
      }
    },
  },
};
