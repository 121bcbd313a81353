import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `* PX 50 example.net. prmd-example.admd-.c-it.` */
export const PX = defineType({
  name: 'PX',
  code: 26,
  about: 'The mapping between the address of a mailbox in X.400 and in the Internet.',
  standards: ['RFC 2163 section 4'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'map822', kind: domainName, about: 'The Internet side of the mapping.' },
    { name: 'mapx400', kind: domainName, about: 'The X.400 side of the mapping.' },
  ],
  examples: ['50 example.net. prmd-example.admd-.c-it.'],
  lowerCased: true,
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
