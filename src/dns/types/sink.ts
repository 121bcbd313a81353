import { base64Optional } from '../fields/binary.ts';
import { uint8 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `@ SINK 8 0 2 dGVzdA==` */
export const SINK = defineType({
  name: 'SINK',
  code: 40,
  about: 'Any structured data; never standardised.',
  standards: ['draft-eastlake-kitchen-sink-02'],
  fields: [
    { name: 'meaning', kind: uint8, about: 'What the data means.' },
    { name: 'coding', kind: uint8, about: 'How it is coded.' },
    { name: 'subcoding', kind: uint8, about: 'The variant of the coding.' },
    { name: 'data', kind: base64Optional, about: 'The data in base64.' },
  ],
  examples: ['8 0 2 dGVzdA=='],
  obsolete: true,
  loadedBy: ['BIND'],
});
