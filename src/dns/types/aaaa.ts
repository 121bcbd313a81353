import { ipv6 } from '../fields/address.ts';
import { defineType } from '../rrtype.ts';

/** `www AAAA 2001:db8::1` */
export const AAAA = defineType({
  name: 'AAAA',
  code: 28,
  about: 'The IPv6 address of a host.',
  standards: ['RFC 3596 section 2.1'],
  fields: [{ name: 'address', kind: ipv6, about: 'The address in text form (RFC 4291); printed as RFC 5952 says.' }],
  examples: ['2001:db8::1'],
});
