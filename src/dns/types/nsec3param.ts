import { salt } from '../fields/binary.ts';
import { uint8, uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `@ NSEC3PARAM 1 0 0 -` */
export const NSEC3PARAM = defineType({
  name: 'NSEC3PARAM',
  code: 51,
  about: "The parameters of the zone's NSEC3 records.",
  standards: ['RFC 5155 section 4'],
  fields: [
    { name: 'hash_algorithm', kind: uint8, about: 'The hash algorithm; always 1, SHA-1.' },
    { name: 'flags', kind: uint8, about: '1 for opt-out.' },
    { name: 'iterations', kind: uint16, about: 'How often the hash is repeated; 0 is advised.' },
    { name: 'salt', kind: salt, about: 'The salt in hexadecimal; "-" for none, which is advised.' },
  ],
  examples: ['1 0 0 -', '1 0 12 AABBCCDD'],
});
