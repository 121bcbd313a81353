import { domainName } from '../fields/name.ts';
import { typeBitmap } from '../fields/rrtype.ts';
import { defineType } from '../rrtype.ts';

/** `alfa NSEC host.example.com. A MX RRSIG NSEC TYPE1234` */
export const NSEC = defineType({
  name: 'NSEC',
  code: 47,
  about: 'The next name of the zone and the types at this one: the proof that something does not exist.',
  standards: ['RFC 4034 section 4', 'RFC 6840 section 5.1'],
  fields: [
    { name: 'next_domain_name', kind: domainName, about: 'The next owner in canonical order.' },
    { name: 'type_bit_maps', kind: typeBitmap, about: 'The types at this name.' },
  ],
  examples: ['host.example.com. A MX RRSIG NSEC TYPE1234'],
});
