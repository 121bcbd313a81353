import { uint8 } from '../fields/integer.ts';
import { alphanumeric, restOfRdata } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ CAA 0 issue "ca1.example.net; account=230123"` */
export const CAA = defineType({
  name: 'CAA',
  code: 257,
  about: 'Which certification authorities may issue certificates for this name.',
  standards: ['RFC 8659 section 4', 'RFC 9495'],
  fields: [
    { name: 'flags', kind: uint8, about: '128 where an authority that does not know the tag must not issue.' },
    { name: 'tag', kind: alphanumeric, about: 'issue, issuewild, issuemail, iodef or another.' },
    { name: 'value', kind: restOfRdata, about: 'The authority, or what the tag asks for.' },
  ],
  // NSD holds to the canonical presentation of RFC 8659 section 4.1.1 and to the length of RFC 6844.
  genericWhen: (rdata) => rdata.charCodeAt(1) > 15 || /[A-Z]/.test(rdata.slice(2, 2 + rdata.charCodeAt(1))),
  examples: ['0 issue "ca1.example.net; account=230123"', '128 issuewild ";"', '0 iodef "mailto:security@example.com"'],
});
