import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MD mail.example.net.` */
export const MD = defineType({
  name: 'MD',
  code: 3,
  about: 'A mail destination; replaced by MX.',
  standards: ['RFC 1035 section 3.3.4'],
  fields: [{ name: 'madname', kind: domainName, about: 'The host that delivers mail for this name.' }],
  examples: ['mail.example.net.'],
  lowerCased: true,
  compressed: true,
  obsolete: true,
  loadedBy: ['NSD'],
});
