import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ NSAP-PTR host.example.net.` */
export const NSAP_PTR = defineType({
  name: 'NSAP-PTR',
  code: 23,
  about: 'A name for an NSAP address.',
  standards: ['RFC 1348', 'RFC 1706 section 6'],
  fields: [{ name: 'ptrdname', kind: domainName, about: 'The name of the host.' }],
  examples: ['host.example.net.'],
  obsolete: true,
  loadedBy: ['BIND'],
});
