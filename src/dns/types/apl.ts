import { addressPrefixes } from '../fields/prefix.ts';
import { defineType } from '../rrtype.ts';

/** `@ APL 1:192.168.32.0/21 !1:192.168.38.0/28` */
export const APL = defineType({
  name: 'APL',
  code: 42,
  about: 'Address prefixes, such as a list of networks.',
  standards: ['RFC 3123'],
  fields: [{ name: 'prefixes', kind: addressPrefixes, about: 'The prefixes: [!]FAMILY:ADDRESS/LENGTH.' }],
  examples: ['1:192.168.32.0/21 !1:192.168.38.0/28', '1:224.0.0.0/4 2:ff00::/8'],
});
