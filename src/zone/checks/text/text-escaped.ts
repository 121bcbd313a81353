import { quoted } from '../../../dns/fault.ts';
import type { Check } from '../check.ts';
import { rewriteValue } from '../rewrite.ts';
import { textsOf, textTypes } from './texts.ts';

/** `TXT: v=DMARC1\; p=none` */
export const textEscaped: Check = {
  id: 'text-escaped',
  severity: 'warning',
  standard: 'the zone document, RFC 1035 section 5.1',
  reason:
    'A text without quotes is taken as it stands: a backslash that other tools want before ";" becomes part of it.',
  repair: 'Remove the backslashes.',
  covers: ['Y11', 'X04'],
  rrset: {
    types: textTypes,
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!text.includes('\\')) continue;
        const plain = unescaped(text);
        if (plain === text) continue;
        const edits = plain.startsWith('"') ? [] : rewriteValue(rrset, i, plain);
        look.at(rrset, i, { message: `the text ${quoted(text)} has backslashes in it`, edits });
      }
    },
  },
};

/** The text without the backslashes that only a master file needs; a quote may be escaped for a reader of its own (JSON). */
function unescaped(text: string): string {
  const plain = text.replaceAll('\\;', ';');
  const allEscaped = plain.split('"').length === plain.split('\\"').length;
  return allEscaped ? plain.replaceAll('\\"', '"') : plain;
}
