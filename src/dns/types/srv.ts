import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `_sip._tcp SRV 10 60 5060 sip.example.net.` */
export const SRV = defineType({
  name: 'SRV',
  code: 33,
  about: 'The host and port of a service.',
  standards: ['RFC 2782'],
  fields: [
    { name: 'priority', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'weight', kind: uint16, about: 'The share of clients among records of one priority.' },
    { name: 'port', kind: uint16, about: 'The port of the service on the target.' },
    { name: 'target', kind: domainName, about: 'The host; "." alone says that the service is not offered.' },
  ],
  examples: ['10 60 5060 sip.example.net.'],
  lowerCased: true,
});
