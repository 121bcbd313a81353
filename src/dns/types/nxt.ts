import { domainName } from '../fields/name.ts';
import { nxtBitmap } from '../fields/rrtype.ts';
import { wireNameEnd } from '../name.ts';
import { defineType } from '../rrtype.ts';

/** `host NXT medium.example.net. A MX SIG NXT` */
export const NXT = defineType({
  name: 'NXT',
  code: 30,
  about: 'The next name and the types of this one, in the first DNSSEC; replaced by NSEC.',
  standards: ['RFC 2535 section 5'],
  fields: [
    { name: 'next_domain_name', kind: domainName, about: 'The next owner in canonical order.' },
    { name: 'type_bit_map', kind: nxtBitmap, about: 'The types at this name, below 128 only.' },
  ],
  examples: ['medium.example.net. A MX SIG NXT'],
  lowerCased: true,
  obsolete: true,
  // NSD asks for one type or more.
  genericWhen: (rdata) => wireNameEnd(rdata, 0, rdata.length) === rdata.length,
  loadedBy: ['BIND', 'NSD'],
});
