import { DnsSyntaxError } from '../fault.ts';
import { hexRest } from '../fields/binary.ts';
import { uint8, uint32 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

const HEADER = 6;
const SHORTEST = 12;
/** How many octets the digest of each hash algorithm has. */
const LENGTHS = new Map([
  [1, 48],
  [2, 64],
]);

/** `@ ZONEMD 2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE ...` */
export const ZONEMD = defineType({
  name: 'ZONEMD',
  code: 63,
  about: 'A digest over the whole zone.',
  standards: ['RFC 8976 section 2'],
  fields: [
    { name: 'serial', kind: uint32, about: 'The serial of the zone.' },
    { name: 'scheme', kind: uint8, about: 'How the zone is put in order; 1 is SIMPLE.' },
    { name: 'hash_algorithm', kind: uint8, about: '1 SHA-384, 2 SHA-512.' },
    { name: 'digest', kind: hexRest, about: 'The digest in hexadecimal, at least twelve octets.' },
  ],
  examples: [
    '2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE',
  ],
  check(rdata) {
    const length = rdata.length - HEADER;
    const due = LENGTHS.get(rdata.charCodeAt(HEADER - 1));
    if (due === undefined ? length >= SHORTEST : length === due) return;
    throw new DnsSyntaxError(
      `the digest has ${length} octets`,
      `write the whole digest, ${due ?? 'at least 12'} octets (RFC 8976 section 2.2.4)`,
      'rdata-length',
    );
  },
});
