import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `www RP hostmaster.example.net. people.example.net.` */
export const RP = defineType({
  name: 'RP',
  code: 17,
  about: 'The person responsible for a name.',
  standards: ['RFC 1183 section 2.2'],
  fields: [
    { name: 'mbox_dname', kind: domainName, about: 'The mailbox of the person, as a name; "." where there is none.' },
    {
      name: 'txt_dname',
      kind: domainName,
      about: 'A name with TXT records about the person; "." where there is none.',
    },
  ],
  examples: ['hostmaster.example.net. people.example.net.', '. .'],
  lowerCased: true,
});
