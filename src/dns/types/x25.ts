import { digits } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `relay X25 "311061700956"` */
export const X25 = defineType({
  name: 'X25',
  code: 19,
  about: 'The address of a host in the X.25 network.',
  standards: ['RFC 1183 section 3.1'],
  fields: [{ name: 'psdn_address', kind: digits, about: 'The address: four or more decimal digits.' }],
  examples: ['"311061700956"'],
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
