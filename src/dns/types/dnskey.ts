import { algorithm } from '../fields/algorithm.ts';
import { base64Rest } from '../fields/binary.ts';
import { uint8, uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `@ DNSKEY 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10 ...` */
export const DNSKEY = defineType({
  name: 'DNSKEY',
  code: 48,
  about: 'A key that signs the zone.',
  standards: ['RFC 4034 section 2'],
  fields: [
    { name: 'flags', kind: uint16, about: '256 for a zone key, 257 for one that a DS points at.' },
    { name: 'protocol', kind: uint8, about: 'Always 3.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key.' },
    { name: 'public_key', kind: base64Rest, about: 'The key in base64.' },
  ],
  examples: [
    '256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w==',
    '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
  ],
});
