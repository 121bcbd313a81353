import { hexRest } from '../fields/binary.ts';
import { uint8 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `host SSHFP 4 2 A87F1B687AC0E57D2A081A2F282672334D90ED316D2B818CA9580EA384D92401` */
export const SSHFP = defineType({
  name: 'SSHFP',
  code: 44,
  about: 'The fingerprint of the SSH key of a host.',
  standards: ['RFC 4255 section 3', 'RFC 6594', 'RFC 7479'],
  fields: [
    { name: 'algorithm', kind: uint8, about: '1 RSA, 2 DSA, 3 ECDSA, 4 Ed25519, 6 Ed448.' },
    { name: 'fp_type', kind: uint8, about: '1 SHA-1, 2 SHA-256.' },
    { name: 'fingerprint', kind: hexRest, about: 'The fingerprint in hexadecimal.' },
  ],
  examples: [
    '4 2 A87F1B687AC0E57D2A081A2F282672334D90ED316D2B818CA9580EA384D92401',
    '2 1 123456789ABCDEF67890123456789ABCDEF67890',
  ],
});
