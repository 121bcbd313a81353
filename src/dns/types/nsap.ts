import { DnsSyntaxError, quoted } from '../fault.ts';
import { parseHex, printHex } from '../fields/binary.ts';
import { badOctets, wordKind } from '../fields/structure.ts';
import { defineType } from '../rrtype.ts';

const address = wordKind({
  read(text, field) {
    // Points may stand anywhere between the digits to make the address readable (RFC 1706 section 5).
    const digits = /^0[xX]/.test(text) ? text.slice(2).replaceAll('.', '') : '';
    if (digits !== '') return parseHex(digits, field);
    throw new DnsSyntaxError(`the ${field} is ${quoted(text)}`, 'write 0x and hexadecimal digits', 'rdata-hex');
  },
  print: (from, at, end) => `0x${printHex(from.slice(at, end))}`,
  end(_from, at, limit) {
    if (at === limit) badOctets('the address is empty');
    return limit;
  },
  schema: { type: 'string', pattern: '^0[xX][0-9a-fA-F.]+$' },
});

/** `host NSAP 0x47000580005A0000000001E133FFFFFF00016100` */
export const NSAP = defineType({
  name: 'NSAP',
  code: 22,
  about: 'The address of a host in the OSI network.',
  standards: ['RFC 1706'],
  fields: [{ name: 'nsap', kind: address, about: 'The address in hexadecimal behind 0x.' }],
  examples: ['0x47000580005A0000000001E133FFFFFF00016100', '0x470005800000'],
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
