import { base32Hash, salt } from '../fields/binary.ts';
import { uint8, uint16 } from '../fields/integer.ts';
import { typeBitmap } from '../fields/rrtype.ts';
import { defineType } from '../rrtype.ts';

/** `0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR MX DNSKEY NS SOA ...` */
export const NSEC3 = defineType({
  name: 'NSEC3',
  code: 50,
  about: 'The next hashed name of the zone and the types at this one.',
  standards: ['RFC 5155 section 3'],
  fields: [
    { name: 'hash_algorithm', kind: uint8, about: 'The hash algorithm; always 1, SHA-1.' },
    { name: 'flags', kind: uint8, about: '1 for opt-out.' },
    { name: 'iterations', kind: uint16, about: 'How often the hash is repeated; 0 is advised.' },
    { name: 'salt', kind: salt, about: 'The salt in hexadecimal; "-" for none, which is advised.' },
    { name: 'next_hashed_owner_name', kind: base32Hash, about: 'The next hash in canonical order, in base32hex.' },
    { name: 'type_bit_maps', kind: typeBitmap, about: 'The types at the original name.' },
  ],
  examples: [
    '1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR MX DNSKEY NS SOA NSEC3PARAM RRSIG',
    '1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A RRSIG',
  ],
});
