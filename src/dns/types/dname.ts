import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ DNAME example.net.` */
export const DNAME = defineType({
  name: 'DNAME',
  code: 39,
  about: 'The name under which everything below this name is found.',
  standards: ['RFC 6672 section 2.1'],
  fields: [{ name: 'target', kind: domainName, about: 'What the end of the names below is replaced with.' }],
  examples: ['example.net.'],
  lowerCased: true,
});
