import { DnsSyntaxError } from '../fault.ts';
import { parseHex, printHex } from '../fields/binary.ts';
import { scalarText } from '../fields/structure.ts';
import { octets } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { defineType } from '../rrtype.ts';

/** Any octets; they have the generic form only, which is read before a type's own (RFC 3597 section 5). */
const anything: FieldKind = {
  parse() {
    throw new DnsSyntaxError(
      'NULL has no presentation form of its own',
      'write the rdata as \\# LENGTH HEX (RFC 3597)',
      'unknown-type-syntax',
    );
  },
  print: (from, at, end) => `\\# ${end - at} ${printHex(from.slice(at, end)).toLowerCase()}`,
  encode: (value, field) => octets(parseHex(scalarText(value, field), field)),
  decode: (from, at, end) => printHex(from.slice(at, end)),
  end: (_from, _at, limit) => limit,
  schema: { type: 'string', pattern: '^([0-9a-fA-F]{2})*$' },
};

/** `@ NULL \# 4 0a000001` */
export const NULL = defineType({
  name: 'NULL',
  code: 10,
  about: 'Any octets, for experiments.',
  standards: ['RFC 1035 section 3.3.10'],
  fields: [{ name: 'anything', kind: anything, about: 'The octets in hexadecimal.' }],
  examples: ['\\# 4 0a000001'],
  obsolete: true,
  loadedBy: [],
});
