import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ TXT "v=spf1 mx -all"` */
export const TXT = defineType({
  name: 'TXT',
  code: 16,
  about: 'Free text, in one or more strings of at most 255 octets.',
  standards: ['RFC 1035 section 3.3.14'],
  fields: [{ name: 'strings', kind: characterStrings, about: 'The character strings.' }],
  examples: ['"v=spf1 mx -all"', '"two" "strings"'],
});
