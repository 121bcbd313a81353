import { eui64 } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `host EUI64 00-00-5e-ef-10-00-00-2a` */
export const EUI64 = defineType({
  name: 'EUI64',
  code: 109,
  about: 'A 64-bit hardware address.',
  standards: ['RFC 7043 section 4'],
  fields: [{ name: 'address', kind: eui64, about: 'The address.' }],
  examples: ['00-00-5e-ef-10-00-00-2a'],
});
