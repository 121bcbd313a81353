import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MF mail.example.net.` */
export const MF = defineType({
  name: 'MF',
  code: 4,
  about: 'A mail forwarder; replaced by MX.',
  standards: ['RFC 1035 section 3.3.5'],
  fields: [{ name: 'madname', kind: domainName, about: 'The host that accepts mail to pass it on.' }],
  examples: ['mail.example.net.'],
  lowerCased: true,
  compressed: true,
  obsolete: true,
  loadedBy: ['NSD'],
});
