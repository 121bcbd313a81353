import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ PTR host.example.net.` */
export const PTR = defineType({
  name: 'PTR',
  code: 12,
  about: 'A name that this name points to, in reverse zones the name of the host.',
  standards: ['RFC 1035 section 3.3.12'],
  fields: [{ name: 'ptrdname', kind: domainName, about: 'The name pointed to.' }],
  examples: ['host.example.net.'],
  lowerCased: true,
  compressed: true,
});
