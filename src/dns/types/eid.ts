import { hexRest } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `host EID E32C6F78163A9348` */
export const EID = defineType({
  name: 'EID',
  code: 31,
  about: 'The endpoint identifier of a host in the Nimrod architecture.',
  standards: ['draft-ietf-nimrod-dns-00'],
  fields: [{ name: 'identifier', kind: hexRest, about: 'The identifier in hexadecimal.' }],
  examples: ['E32C6F78163A9348'],
  obsolete: true,
  loadedBy: ['BIND'],
});
