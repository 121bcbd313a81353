import { base64Rest } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `client DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=` */
export const DHCID = defineType({
  name: 'DHCID',
  code: 49,
  about: 'Which DHCP client a name belongs to.',
  standards: ['RFC 4701 section 3'],
  fields: [
    { name: 'data', kind: base64Rest, about: 'The identifier type, the digest type and the digest, in base64.' },
  ],
  examples: ['AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=', 'AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No='],
});
