import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `relay RT 10 relay.example.net.` */
export const RT = defineType({
  name: 'RT',
  code: 21,
  about: 'A host that passes traffic on to one without a direct connection.',
  standards: ['RFC 1183 section 3.3'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'intermediate_host', kind: domainName, about: 'The host.' },
  ],
  examples: ['10 relay.example.net.'],
  lowerCased: true,
  obsolete: true,
});
