import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ MX 10 mail.example.net.` */
export const MX = defineType({
  name: 'MX',
  code: 15,
  about: 'A host that takes mail for this name.',
  standards: ['RFC 1035 section 3.3.9', 'RFC 7505'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'exchange', kind: domainName, about: 'The host; "." alone says that the name takes no mail.' },
  ],
  examples: ['10 mail.example.net.', '0 .'],
  lowerCased: true,
  compressed: true,
});
