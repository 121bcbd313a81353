import { ilnp64 } from '../fields/binary.ts';
import { uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `host L64 10 2001:0db8:1140:1000` */
export const L64 = defineType({
  name: 'L64',
  code: 106,
  about: 'A 64-bit locator of a host in ILNP.',
  standards: ['RFC 6742 section 2.3'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'locator64', kind: ilnp64, about: 'The locator.' },
  ],
  examples: ['10 2001:0db8:1140:1000'],
});
