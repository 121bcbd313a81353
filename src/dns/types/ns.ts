import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ NS ns1.example.net.` */
export const NS = defineType({
  name: 'NS',
  code: 2,
  about: 'A name server that is authoritative for the zone at this name.',
  standards: ['RFC 1035 section 3.3.11'],
  fields: [{ name: 'nsdname', kind: domainName, about: 'The name of the server.' }],
  examples: ['ns1.example.net.'],
  lowerCased: true,
  compressed: true,
});
