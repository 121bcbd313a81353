import { parseIpv6, printIpv6 } from '../fields/address.ts';
import { limited8 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { badOctets, fixedEnd, wordKind } from '../fields/structure.ts';
import type { FieldKind } from '../rrtype.ts';
import { defineType } from '../rrtype.ts';

/** The octets of the suffix, the first of them with its high bits zero, for a prefix of so many bits. */
function suffixLength(prefix: number): number {
  return 16 - (prefix >>> 3);
}

function startsWithZeros(suffix: string, prefix: number): boolean {
  return suffix === '' || suffix.charCodeAt(0) >>> (8 - (prefix & 7)) === 0;
}

const suffixWord = wordKind({
  read(text, _field, before) {
    const prefix = before.charCodeAt(0);
    const suffix = parseIpv6(text).slice(16 - suffixLength(prefix));
    return String.fromCharCode(suffix.charCodeAt(0) & (0xff >>> (prefix & 7))) + suffix.slice(1);
  },
  print: (from, at, end) => printIpv6(from.slice(at, end).padStart(16, '\0'), 0),
  end(from, at, limit, start) {
    const prefix = from.charCodeAt(start);
    const end = fixedEnd(at, suffixLength(prefix), limit);
    if (!startsWithZeros(from.slice(at, end), prefix)) badOctets('the address suffix has bits of the prefix');
    return end;
  },
  schema: { type: 'string', format: 'ipv6' },
});

/** Everything but the prefix; it is not there where the prefix is the whole address. */
const addressSuffix: FieldKind = {
  parse: (tokens, field, before) => (before.charCodeAt(0) === 128 ? '' : suffixWord.parse(tokens, field, before)),
  print: (from, at, end, start) => (at === end ? '' : suffixWord.print(from, at, end, start)),
  encode: (value, field, before, origin) =>
    before.charCodeAt(0) === 128 && value === undefined ? '' : suffixWord.encode(value, field, before, origin),
  decode: (from, at, end, start) => (at === end ? undefined : suffixWord.decode(from, at, end, start)),
  end: suffixWord.end,
  schema: suffixWord.schema,
  optional: true,
};

/** The name that has the prefix; it is not there where there is no prefix. */
const prefixName: FieldKind = {
  parse: (tokens, field, before) => (before.charCodeAt(0) === 0 ? '' : domainName.parse(tokens, field, before)),
  print: (from, at, end, start) => (at === end ? '' : domainName.print(from, at, end, start)),
  encode: (value, field, before, origin) =>
    before.charCodeAt(0) === 0 && value === undefined ? '' : domainName.encode(value, field, before, origin),
  decode: (from, at, end, start) => (at === end ? undefined : domainName.decode(from, at, end, start)),
  end: (from, at, limit, start) => (from.charCodeAt(start) === 0 ? at : domainName.end(from, at, limit, start)),
  names: (_from, at, end) => (at === end ? [] : [at]),
  schema: domainName.schema,
  optional: true,
};

/** `host A6 64 ::1234:5678:9abc:def0 subnet1.example.net.` */
export const A6 = defineType({
  name: 'A6',
  code: 38,
  about: 'A part of an IPv6 address and the name that has the rest; historic since RFC 6563.',
  standards: ['RFC 2874 section 3.1', 'RFC 6563'],
  fields: [
    { name: 'prefix_len', kind: limited8(128), about: 'The bits that the prefix name has, 0 to 128.' },
    { name: 'address_suffix', kind: addressSuffix, about: 'The other bits; left out where the prefix is 128.' },
    { name: 'prefix_name', kind: prefixName, about: 'The name that has the prefix; left out where the prefix is 0.' },
  ],
  examples: ['64 ::1234:5678:9abc:def0 subnet1.example.net.', '0 2001:db8::1', '128 host.example.net.'],
  lowerCased: true,
  obsolete: true,
  loadedBy: ['BIND'],
});
