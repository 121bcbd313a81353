import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ CNAME www.example.net.` */
export const CNAME = defineType({
  name: 'CNAME',
  code: 5,
  about: 'The canonical name for which this name is an alias.',
  standards: ['RFC 1035 section 3.3.1'],
  fields: [{ name: 'cname', kind: domainName, about: 'The canonical name.' }],
  examples: ['www.example.net.'],
  lowerCased: true,
  compressed: true,
});
