import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ AVC "app-name:WOLFGANG|app-class:OAM|business=yes"` */
export const AVC = defineType({
  name: 'AVC',
  code: 258,
  about: 'Application visibility and control.',
  standards: ['IANA template AVC/avc-completed-template'],
  fields: [{ name: 'strings', kind: characterStrings, about: 'The character strings.' }],
  examples: ['"app-name:WOLFGANG|app-class:OAM|business=yes"'],
  loadedBy: ['BIND', 'NSD'],
});
