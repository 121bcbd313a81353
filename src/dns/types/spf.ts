import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ SPF "v=spf1 -all"` */
export const SPF = defineType({
  name: 'SPF',
  code: 99,
  about: 'The sender policy of a mail domain; replaced by TXT.',
  standards: ['RFC 7208 section 3.1', 'RFC 4408 section 3.1.1'],
  fields: [{ name: 'strings', kind: characterStrings, about: 'The character strings.' }],
  examples: ['"v=spf1 -all"'],
  obsolete: true,
});
