import { algorithm } from '../fields/algorithm.ts';
import { base64Rest } from '../fields/binary.ts';
import { named16, uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** Certificate types by their mnemonics (RFC 4398 section 2.1). */
const certificateTypes = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
};

/** `mail CERT 1 0 0 MIIBszCCAV2gAwIBAgI=` */
export const CERT = defineType({
  name: 'CERT',
  code: 37,
  about: 'A certificate or a revocation list.',
  standards: ['RFC 4398'],
  fields: [
    { name: 'type', kind: named16(certificateTypes), about: 'The type of the certificate.' },
    { name: 'key_tag', kind: uint16, about: 'The tag of the key; 0 where it has none.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key; 0 where it is not known.' },
    { name: 'certificate', kind: base64Rest, about: 'The certificate in base64.' },
  ],
  examples: ['1 0 0 MIIBszCCAV2gAwIBAgI=', '6 0 0 FLQnP4Cn5GDT7jWsOS6vRmvkaaE3aHR0cDovL2V4YW1wbGUubmV0L2tleQ=='],
});
