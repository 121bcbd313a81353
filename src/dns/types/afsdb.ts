import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ AFSDB 1 afs.example.net.` */
export const AFSDB = defineType({
  name: 'AFSDB',
  code: 18,
  about: 'A server of an AFS cell or a DCE/NCA cell.',
  standards: ['RFC 1183 section 1', 'RFC 5864'],
  fields: [
    { name: 'subtype', kind: uint16, about: '1 for an AFS cell, 2 for a DCE/NCA cell.' },
    { name: 'hostname', kind: domainName, about: 'The server.' },
  ],
  examples: ['1 afs.example.net.'],
  lowerCased: true,
});
