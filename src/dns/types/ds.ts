import { algorithm, digestType } from '../fields/algorithm.ts';
import { hexRest } from '../fields/binary.ts';
import { uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `sub DS 60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A` */
export const DS = defineType({
  name: 'DS',
  code: 43,
  about: 'The digest of a key that signs the zone below this delegation.',
  standards: ['RFC 4034 section 5', 'RFC 4509'],
  fields: [
    { name: 'key_tag', kind: uint16, about: 'The tag of the key.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key.' },
    { name: 'digest_type', kind: digestType, about: 'The algorithm of the digest.' },
    { name: 'digest', kind: hexRest, about: 'The digest of the key in hexadecimal.' },
  ],
  examples: [
    '60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A',
    '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118',
  ],
});
