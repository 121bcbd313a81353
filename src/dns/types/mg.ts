import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MG user.example.net.` */
export const MG = defineType({
  name: 'MG',
  code: 8,
  about: 'A member of a mail group.',
  standards: ['RFC 1035 section 3.3.6'],
  fields: [{ name: 'mgmname', kind: domainName, about: 'The mailbox that is a member.' }],
  examples: ['user.example.net.'],
  lowerCased: true,
  compressed: true,
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
