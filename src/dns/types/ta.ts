import { algorithm, digestType } from '../fields/algorithm.ts';
import { hexRest } from '../fields/binary.ts';
import { uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `@ TA 60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A` */
export const TA = defineType({
  name: 'TA',
  code: 32768,
  about: 'A trust anchor, for resolvers that ask a registry of them.',
  standards: ['Deploying DNSSEC Without a Signed Root (Weiler, 2004)'],
  fields: [
    { name: 'key_tag', kind: uint16, about: 'The tag of the key.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key.' },
    { name: 'digest_type', kind: digestType, about: 'The algorithm of the digest.' },
    { name: 'digest', kind: hexRest, about: 'The digest of the key in hexadecimal.' },
  ],
  examples: ['60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A'],
  obsolete: true,
  loadedBy: ['BIND'],
});
