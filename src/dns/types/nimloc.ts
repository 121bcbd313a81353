import { hexRest } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `host NIMLOC 75234159EAC457800920` */
export const NIMLOC = defineType({
  name: 'NIMLOC',
  code: 32,
  about: 'The locator of a host in the Nimrod architecture.',
  standards: ['draft-ietf-nimrod-dns-00'],
  fields: [{ name: 'locator', kind: hexRest, about: 'The locator in hexadecimal.' }],
  examples: ['75234159EAC457800920'],
  obsolete: true,
  loadedBy: ['BIND'],
});
