import { characterString } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `www HINFO "PDP-11" "UNIX"` */
export const HINFO = defineType({
  name: 'HINFO',
  code: 13,
  about: 'The processor and the operating system of a host, and the answer to queries of type ANY.',
  standards: ['RFC 1035 section 3.3.2', 'RFC 8482'],
  fields: [
    { name: 'cpu', kind: characterString, about: 'The processor type.' },
    { name: 'os', kind: characterString, about: 'The operating system.' },
  ],
  examples: ['"PDP-11" "UNIX"', '"RFC8482" ""'],
});
