import { hexRest } from '../fields/binary.ts';
import { uint8 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6._smimecert SMIMEA 3 0 1 ...` */
export const SMIMEA = defineType({
  name: 'SMIMEA',
  code: 53,
  about: 'Which certificate the owner of a mail address signs with.',
  standards: ['RFC 8162'],
  fields: [
    { name: 'certificate_usage', kind: uint8, about: '0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.' },
    { name: 'selector', kind: uint8, about: '0 the whole certificate, 1 its public key.' },
    { name: 'matching_type', kind: uint8, about: '0 the data itself, 1 SHA-256, 2 SHA-512.' },
    { name: 'certificate_association_data', kind: hexRest, about: 'The data or its digest in hexadecimal.' },
  ],
  examples: ['3 0 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971'],
});
