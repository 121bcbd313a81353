import { ipv4 } from '../fields/address.ts';
import { named8 } from '../fields/integer.ts';
import { protocols, servicePorts } from '../fields/service.ts';
import { defineType } from '../rrtype.ts';

const ADDRESS_AND_PROTOCOL = 5;

/** `host WKS 192.0.2.1 6 25 80` */
export const WKS = defineType({
  name: 'WKS',
  code: 11,
  about: 'The well-known services of a host; advised against since RFC 1123.',
  standards: ['RFC 1035 section 3.4.2', 'RFC 1123 section 2.2'],
  fields: [
    { name: 'address', kind: ipv4, about: 'The address of the host.' },
    { name: 'protocol', kind: named8(protocols), about: 'The protocol: 6 is TCP, 17 is UDP.' },
    { name: 'bit_map', kind: servicePorts, about: 'The ports on which a service is offered.' },
  ],
  examples: ['192.0.2.1 6 25 80', '192.0.2.1 17 53'],
  obsolete: true,
  genericWhen: (rdata) => rdata.length === ADDRESS_AND_PROTOCOL,
  loadedBy: ['BIND', 'NSD'],
});
