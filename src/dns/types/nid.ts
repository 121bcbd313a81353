import { ilnp64 } from '../fields/binary.ts';
import { uint16 } from '../fields/integer.ts';
import { defineType } from '../rrtype.ts';

/** `host NID 10 0014:4fff:ff20:ee64` */
export const NID = defineType({
  name: 'NID',
  code: 104,
  about: 'A node identifier of a host in ILNP.',
  standards: ['RFC 6742 section 2.1'],
  fields: [
    { name: 'preference', kind: uint16, about: 'Lower values are tried first.' },
    { name: 'node_id', kind: ilnp64, about: 'The identifier.' },
  ],
  examples: ['10 0014:4fff:ff20:ee64'],
});
