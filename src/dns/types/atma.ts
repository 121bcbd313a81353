import { DnsSyntaxError, quoted } from '../fault.ts';
import { parseHex, printHex } from '../fields/binary.ts';
import { badOctets, wordKind } from '../fields/structure.ts';
import { defineType } from '../rrtype.ts';

const AESA = '\0';
const E164 = '\x01';

const address = wordKind({
  read(text, field) {
    if (/^\+[0-9]+(\.[0-9]+)*$/.test(text)) return E164 + text.slice(1).replaceAll('.', '');
    if (/^[0-9a-fA-F]+(\.[0-9a-fA-F]+)*$/.test(text)) return AESA + parseHex(text.replaceAll('.', ''), field);
    throw new DnsSyntaxError(
      `the ${field} is ${quoted(text)}`,
      'write hexadecimal digits, or + and the decimal digits of an E.164 number',
      'rdata-hex',
    );
  },
  print: (from, at, end) => (from[at] === E164 ? `+${from.slice(at + 1, end)}` : printHex(from.slice(at + 1, end))),
  end(from, at, limit) {
    const known = from[at] === AESA || (from[at] === E164 && /^[0-9]+$/.test(from.slice(at + 1, limit)));
    if (!known || at + 1 >= limit) badOctets('the address is malformed or of an unknown format');
    return limit;
  },
  schema: { type: 'string', pattern: '^(\\+[0-9]+(\\.[0-9]+)*|[0-9a-fA-F]+(\\.[0-9a-fA-F]+)*)$' },
});

/** `host ATMA +61200000000` */
export const ATMA = defineType({
  name: 'ATMA',
  code: 34,
  about: 'The address of a host in the ATM network.',
  standards: ['ATM Name System Specification 1.0 (ATM Forum, af-saa-0069.000)'],
  fields: [{ name: 'address', kind: address, about: 'An AESA in hexadecimal, or an E.164 number behind +.' }],
  examples: ['+61200000000', '39246F00E7C9C0312000100001000012345678'],
  obsolete: true,
  loadedBy: ['BIND'],
});
