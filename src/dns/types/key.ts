import { DnsSyntaxError } from '../fault.ts';
import { algorithm } from '../fields/algorithm.ts';
import { base64Optional } from '../fields/binary.ts';
import { uint8, uint16 } from '../fields/integer.ts';
import { readU16 } from '../octets.ts';
import { defineType } from '../rrtype.ts';

/** Both bits together say that there is no key (RFC 2535 section 3.1.2). */
const NO_KEY = 0xc000;
const HEADER = 4;

/** `host KEY 512 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10 ...` */
export const KEY = defineType({
  name: 'KEY',
  code: 25,
  about: 'A public key for other uses than signing zones, such as SIG(0).',
  standards: ['RFC 2535 section 3', 'RFC 3445'],
  fields: [
    { name: 'flags', kind: uint16, about: 'The flags; the bits 0xC000 together say that there is no key.' },
    { name: 'protocol', kind: uint8, about: 'The protocol; 3 for DNSSEC.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key.' },
    {
      name: 'public_key',
      kind: base64Optional,
      about: 'The key in base64; left out where the flags say that there is none.',
    },
  ],
  examples: [
    '512 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w==',
    '49408 3 8',
  ],
  genericWhen: (rdata) => rdata.length === HEADER,
  check(rdata) {
    const none = (readU16(rdata, 0) & NO_KEY) === NO_KEY;
    if (none === (rdata.length === HEADER)) return;
    throw new DnsSyntaxError(
      none ? 'there is a public_key where the flags say that there is none' : 'the public_key is missing',
      'write a public_key unless both high bits of the flags are set',
      'rdata-missing-field',
    );
  },
});
