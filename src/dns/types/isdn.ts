import { characterString, optionalString } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `relay ISDN "150862028003217"` */
export const ISDN = defineType({
  name: 'ISDN',
  code: 20,
  about: 'The telephone number of a host in the ISDN.',
  standards: ['RFC 1183 section 3.2'],
  fields: [
    { name: 'isdn_address', kind: characterString, about: 'The number, with the country code.' },
    { name: 'sa', kind: optionalString, about: 'The sub-address, where there is one.' },
  ],
  examples: ['"150862028003217"', '"150862028003217" "004"'],
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
