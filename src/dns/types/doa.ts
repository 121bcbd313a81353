import { base64OrDash } from '../fields/binary.ts';
import { uint8, uint32 } from '../fields/integer.ts';
import { characterString } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ DOA 1234567890 1234567890 1 "image/gif" R0lGODlhKAAZAOMCAGZmZgBmmf///w==` */
export const DOA = defineType({
  name: 'DOA',
  code: 259,
  about: 'A digital object, or where it is found.',
  standards: ['draft-durand-doa-over-dns-02'],
  fields: [
    { name: 'enterprise', kind: uint32, about: 'The private enterprise number.' },
    { name: 'type', kind: uint32, about: 'The type of the object.' },
    { name: 'location', kind: uint8, about: '1 the data is here, 2 it is a URI, 3 a handle.' },
    { name: 'media_type', kind: characterString, about: 'The media type of the object.' },
    { name: 'data', kind: base64OrDash, about: 'The data in base64; "-" for none.' },
  ],
  examples: [
    '1234567890 1234567890 1 "image/gif" R0lGODlhKAAZAOMCAGZmZgBmmf///w==',
    '0 1 2 "" aHR0cHM6Ly93d3cuaXNjLm9yZy8=',
    '0 1 2 "" -',
  ],
  obsolete: true,
  loadedBy: ['BIND'],
});
