import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MINFO owner.example.net. errors.example.net.` */
export const MINFO = defineType({
  name: 'MINFO',
  code: 14,
  about: 'Who is responsible for a mailbox or mailing list.',
  standards: ['RFC 1035 section 3.3.7'],
  fields: [
    { name: 'rmailbx', kind: domainName, about: 'The mailbox that is responsible.' },
    { name: 'emailbx', kind: domainName, about: 'The mailbox that takes error messages.' },
  ],
  examples: ['owner.example.net. errors.example.net.'],
  lowerCased: true,
  compressed: true,
  obsolete: true,
});
