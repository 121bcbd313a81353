import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `host LP 10 l64-subnet1.example.com.` */
export const LP = defineType({
  name: 'LP',
  code: 107,
  about: 'A name that has the locators of a subnetwork in ILNP.',
  standards: ['RFC 6742 section 2.4'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'fqdn', kind: domainName, about: 'The name.' },
  ],
  examples: ['10 l64-subnet1.example.com.'],
});
