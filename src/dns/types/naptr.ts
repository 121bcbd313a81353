import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { characterString } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.net.` */
export const NAPTR = defineType({
  name: 'NAPTR',
  code: 35,
  about: 'A rule that rewrites a name to find a service (ENUM, SIP).',
  standards: ['RFC 3403 section 4', 'RFC 2915'],
  fields: [
    { name: 'order', kind: uint16, about: 'Lower values are handled first.' },
    { name: 'preference', kind: uint16, about: 'Among equal orders, lower values are tried first.' },
    { name: 'flags', kind: characterString, about: 'What comes next: "s", "a", "u", "p" or nothing.' },
    { name: 'services', kind: characterString, about: 'The service and its protocols.' },
    { name: 'regexp', kind: characterString, about: 'A substitution; empty where there is a replacement.' },
    { name: 'replacement', kind: domainName, about: 'The next name; "." where there is a regexp.' },
  ],
  examples: ['100 50 "s" "SIP+D2U" "" _sip._udp.example.net.', '100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .'],
  lowerCased: true,
});
