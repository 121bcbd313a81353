import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `h0 TALINK . h1.example.net.` */
export const TALINK = defineType({
  name: 'TALINK',
  code: 58,
  about: 'The links of the list of trust anchors that a zone has had.',
  standards: ['draft-wijngaards-dnsop-trust-history-02'],
  fields: [
    { name: 'previous', kind: domainName, about: 'The name before this one; "." for the first.' },
    { name: 'next', kind: domainName, about: 'The name after this one; "." for the last.' },
  ],
  examples: ['. h1.example.net.', 'h0.example.net. h2.example.net.'],
  obsolete: true,
  loadedBy: ['BIND'],
});
