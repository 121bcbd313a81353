import { hexRest } from '../fields/binary.ts';
import { uint8 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `_443._tcp.www TLSA 3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971` */
export const TLSA = defineType({
  name: 'TLSA',
  code: 52,
  about: 'Which certificate or key a TLS server has.',
  standards: ['RFC 6698 section 2', 'RFC 7671'],
  fields: [
    { name: 'certificate_usage', kind: uint8, about: '0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.' },
    { name: 'selector', kind: uint8, about: '0 the whole certificate, 1 its public key.' },
    { name: 'matching_type', kind: uint8, about: '0 the data itself, 1 SHA-256, 2 SHA-512.' },
    { name: 'certificate_association_data', kind: hexRest, about: 'The data or its digest in hexadecimal.' },
  ],
  examples: [
    '3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971',
    '1 1 2 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB944F4DCA346BAF63C1B177615D466F6C4B71C216A50292BD58C9EBDD2F74E38FE51FFD48C43326CBC',
  ],
});
