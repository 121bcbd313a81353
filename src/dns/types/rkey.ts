import { DnsSyntaxError } from '../fault.ts';
import { algorithm } from '../fields/algorithm.ts';
import { base64Rest } from '../fields/binary.ts';
import { uint8, uint16 } from '../fields/integer.ts';
import { readU16 } from '../octets.ts';
import { defineType } from '../rrtype.ts';

/** `host RKEY 0 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10h ...` */
export const RKEY = defineType({
  name: 'RKEY',
  code: 57,
  about: 'A key to encrypt NAPTR records with.',
  standards: ['draft-reid-dnsext-rkey-00'],
  fields: [
    { name: 'flags', kind: uint16, about: 'Always 0.' },
    { name: 'protocol', kind: uint8, about: 'The protocol.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key.' },
    { name: 'public_key', kind: base64Rest, about: 'The key in base64.' },
  ],
  examples: [
    '0 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w==',
  ],
  obsolete: true,
  loadedBy: ['BIND'],
  check(rdata) {
    if (readU16(rdata, 0) !== 0) throw new DnsSyntaxError('the flags are not 0', 'write 0', 'rdata-number');
  },
});
