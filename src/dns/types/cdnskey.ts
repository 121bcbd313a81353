import { algorithm } from '../fields/algorithm.ts';
import { base64Rest } from '../fields/binary.ts';
import { uint8, uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `@ CDNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=` */
export const CDNSKEY = defineType({
  name: 'CDNSKEY',
  code: 60,
  about: 'The key for which the parent of the zone is asked to publish a DS.',
  standards: ['RFC 7344 section 3.2', 'RFC 8078 section 4'],
  fields: [
    { name: 'flags', kind: uint16, about: 'As in DNSKEY; 0 to ask for removal.' },
    { name: 'protocol', kind: uint8, about: 'Always 3.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key; 0 to ask for removal.' },
    { name: 'public_key', kind: base64Rest, about: 'The key in base64; AA== to ask for removal.' },
  ],
  examples: ['257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=', '0 3 0 AA=='],
});
