import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MB mail.example.net.` */
export const MB = defineType({
  name: 'MB',
  code: 7,
  about: 'The host of a mailbox.',
  standards: ['RFC 1035 section 3.3.3'],
  fields: [{ name: 'madname', kind: domainName, about: 'The host that has the mailbox.' }],
  examples: ['mail.example.net.'],
  lowerCased: true,
  compressed: true,
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
