import { uint16, uint32 } from '../fields/integer.ts';
import { typeBitmap } from '../fields/rrtype.ts';
import { defineType } from '../rrtype.ts';

/** `@ CSYNC 66 3 A NS AAAA` */
export const CSYNC = defineType({
  name: 'CSYNC',
  code: 62,
  about: 'Which records the parent is asked to copy from the zone.',
  standards: ['RFC 7477 section 2.1'],
  fields: [
    { name: 'soa_serial', kind: uint32, about: 'The serial from which on it holds.' },
    { name: 'flags', kind: uint16, about: '1 immediate, 2 the serial is a minimum.' },
    { name: 'type_bit_map', kind: typeBitmap, about: 'The types to copy: A, AAAA, NS.' },
  ],
  examples: ['66 3 A NS AAAA', '0 0'],
});
