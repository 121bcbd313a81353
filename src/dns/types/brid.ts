import { base64Rest } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `uas BRID owAB` */
export const BRID = defineType({
  name: 'BRID',
  code: 68,
  about: 'The broadcast endorsements of an unmanned aircraft.',
  standards: ['RFC 9886'],
  fields: [{ name: 'data', kind: base64Rest, about: 'The CBOR data in base64.' }],
  examples: ['owAB'],
  loadedBy: ['BIND'],
});
