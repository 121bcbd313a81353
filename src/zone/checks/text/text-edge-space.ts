import { quoted } from '../../../dns/fault.ts';
import type { Check } from '../check.ts';
import { rewriteValue } from '../rewrite.ts';
import { textsOf, textTypes } from './texts.ts';

/** `TXT: " v=spf1 -all"` */
export const textEdgeSpace: Check = {
  id: 'text-edge-space',
  severity: 'warning',
  standard: 'RFC 7208 section 4.5, RFC 6376 section 3.2',
  reason: 'A text is compared from its first character on; a space before or behind it came with it by accident.',
  repair: 'Remove the space.',
  covers: ['X04'],
  rrset: {
    types: textTypes,
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!isSpace(text, 0) && !isSpace(text, text.length - 1)) continue;
        const trimmed = text.trim();
        if (trimmed.length === text.length) continue;
        const where = text.startsWith(trimmed) ? 'ends' : 'begins';
        look.at(rrset, i, {
          message: `the text ${quoted(text)} ${where} with white space`,
          edits: trimmed === '' || trimmed.startsWith('"') ? [] : rewriteValue(rrset, i, trimmed),
        });
      }
    },
  },
};

/** Whether the character at `at` may be white space: letters, digits and ASCII punctuation surely are not. */
function isSpace(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c <= 32 || c > 126;
}
