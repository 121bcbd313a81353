import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `node CLA "TCP-v4-v6"` */
export const CLA = defineType({
  name: 'CLA',
  code: 263,
  about: 'The convergence layer adapter of a node of a delay-tolerant network.',
  standards: ['draft-johnson-dns-ipn-cla-07'],
  fields: [{ name: 'strings', kind: characterStrings, about: 'The character strings.' }],
  examples: ['"TCP-v4-v6"'],
  loadedBy: [],
});
