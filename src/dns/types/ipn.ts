import { uint64 } from '../fields/integer.ts';
import { wordKind } from '../fields/structure.ts';
import { u32 } from '../octets.ts';
import { defineType } from '../rrtype.ts';
import { parseUnsigned } from '../token.ts';

const nodeNumber = wordKind({
  read(text, field, before, origin) {
    const point = text.indexOf('.');
    if (point < 0) return uint64.word?.(text, field, before, origin) ?? '';
    const half = (part: string): string => u32(parseUnsigned(part, 4294967295, field));
    return half(text.slice(0, point)) + half(text.slice(point + 1));
  },
  print: uint64.print,
  end: uint64.end,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^[0-9]{1,20}(\\.[0-9]{1,10})?$' },
    ],
  },
});

/** `node IPN 977000` */
export const IPN = defineType({
  name: 'IPN',
  code: 264,
  about: 'The number of a node of a delay-tolerant network.',
  standards: ['draft-johnson-dns-ipn-cla-07'],
  fields: [
    {
      name: 'node_number',
      kind: nodeNumber,
      about: 'The 64-bit number, also as two 32-bit halves with a point between.',
    },
  ],
  examples: ['977000', '227464.1'],
  loadedBy: [],
});
