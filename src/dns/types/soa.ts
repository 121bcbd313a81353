import { seconds, uint32 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { defineType } from '../rrtype.ts';

/** `@ SOA ns1.example.net. hostmaster.example.net. 1 14400 3600 1209600 3600` */
export const SOA = defineType({
  name: 'SOA',
  code: 6,
  about: 'The start of a zone of authority: its serial and its timers.',
  standards: ['RFC 1035 section 3.3.13', 'RFC 2308 section 4'],
  fields: [
    { name: 'mname', kind: domainName, about: 'The primary name server.' },
    { name: 'rname', kind: domainName, about: 'The mailbox of the person responsible, as a name.' },
    { name: 'serial', kind: uint32, about: 'The version of the zone (RFC 1982).' },
    { name: 'refresh', kind: seconds, about: 'When secondaries ask for a new version.' },
    { name: 'retry', kind: seconds, about: 'When they ask again after a failure.' },
    { name: 'expire', kind: seconds, about: 'When they stop answering without having reached the primary.' },
    { name: 'minimum', kind: seconds, about: 'The TTL of negative answers.' },
  ],
  examples: ['ns1.example.net. hostmaster.example.net. 2026010101 14400 3600 1209600 3600'],
  lowerCased: true,
  compressed: true,
});
