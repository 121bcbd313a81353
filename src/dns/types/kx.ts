import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `host KX 10 kx.example.net.` */
export const KX = defineType({
  name: 'KX',
  code: 36,
  about: 'A host that exchanges keys on behalf of this name.',
  standards: ['RFC 2230 section 3'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'exchanger', kind: domainName, about: 'The host.' },
  ],
  examples: ['10 kx.example.net.'],
  lowerCased: true,
});
