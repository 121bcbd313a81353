import { uint16 } from '../fields/integer.ts';
import { restOfRdata } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `_ftp._tcp URI 10 1 "ftp://ftp1.example.com/public"` */
export const URI = defineType({
  name: 'URI',
  code: 256,
  about: 'The URI of a service.',
  standards: ['RFC 7553 section 4'],
  fields: [
    { name: 'priority', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'weight', kind: uint16, about: 'The share of clients among records of one priority.' },
    { name: 'target', kind: restOfRdata, about: 'The URI.' },
  ],
  examples: ['10 1 "ftp://ftp1.example.com/public"'],
});
