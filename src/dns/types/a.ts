import { ipv4 } from '../fields/address.ts';
import { defineType } from '../rrtype.ts';

/** `www A 192.0.2.1` */
export const A = defineType({
  name: 'A',
  code: 1,
  about: 'The IPv4 address of a host.',
  standards: ['RFC 1035 section 3.4.1'],
  fields: [{ name: 'address', kind: ipv4, about: 'The address in dotted decimal form.' }],
  examples: ['192.0.2.1'],
});
