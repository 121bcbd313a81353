import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ NINFO "active"` */
export const NINFO = defineType({
  name: 'NINFO',
  code: 56,
  about: 'Information on the state of a zone.',
  standards: ['draft-reid-dnsext-zs-01'],
  fields: [{ name: 'zs_data', kind: characterStrings, about: 'The character strings.' }],
  examples: ['"active"'],
  obsolete: true,
  loadedBy: ['BIND'],
});
