import { eui48 } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `host EUI48 00-00-5e-00-53-2a` */
export const EUI48 = defineType({
  name: 'EUI48',
  code: 108,
  about: 'A 48-bit hardware address.',
  standards: ['RFC 7043 section 3'],
  fields: [{ name: 'address', kind: eui48, about: 'The address.' }],
  examples: ['00-00-5e-00-53-2a'],
});
