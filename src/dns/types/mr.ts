import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MR user.example.net.` */
export const MR = defineType({
  name: 'MR',
  code: 9,
  about: 'The new name of a mailbox.',
  standards: ['RFC 1035 section 3.3.8'],
  fields: [{ name: 'newname', kind: domainName, about: 'The mailbox that takes the place of this one.' }],
  examples: ['user.example.net.'],
  lowerCased: true,
  compressed: true,
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
