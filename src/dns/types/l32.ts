import { ipv4 } from '../fields/address.ts';
import { uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `host L32 10 10.1.2.0` */
export const L32 = defineType({
  name: 'L32',
  code: 105,
  about: 'A 32-bit locator of a host in ILNP.',
  standards: ['RFC 6742 section 2.2'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'locator32', kind: ipv4, about: 'The locator.' },
  ],
  examples: ['10 10.1.2.0'],
});
