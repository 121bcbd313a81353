import { quoted } from '../../../dns/fault.ts';
import type { Check } from '../check.ts';
import { rewriteValue } from '../rewrite.ts';
import { textsOf, textTypes } from './texts.ts';

/** `TXT: '"\"v=spf1 -all\""'` */
export const textQuotedTwice: Check = {
  id: 'text-quoted-twice',
  severity: 'warning',
  standard: 'RFC 1035 section 5.1',
  reason: 'Quotes that are part of the text were meant to stand around it; nobody recognises the text behind them.',
  repair: 'Write the text without quotes of its own.',
  covers: ['X06'],
  rrset: {
    types: textTypes,
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) continue;
        const inner = text.slice(1, -1);
        look.at(rrset, i, {
          message: `the text ${quoted(text)} has quotes as its first and last character`,
          edits: inner === '' || inner.startsWith('"') ? [] : rewriteValue(rrset, i, inner),
        });
      }
    },
  },
};
