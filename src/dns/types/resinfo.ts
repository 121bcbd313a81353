import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `resolver RESINFO "qnamemin" "exterr=15-17" "infourl=https://resolver.example.com/guide"` */
export const RESINFO = defineType({
  name: 'RESINFO',
  code: 261,
  about: 'What a resolver can do.',
  standards: ['RFC 9606'],
  fields: [{ name: 'strings', kind: characterStrings, about: 'The character strings: keys and values.' }],
  examples: ['"qnamemin" "exterr=15-17" "infourl=https://resolver.example.com/guide"'],
  loadedBy: ['BIND'],
});
