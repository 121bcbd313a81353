import { DnsSyntaxError, quoted } from '../fault.ts';
import type { FieldKind } from '../rrtype.ts';
import { hasMore, takeBare } from '../token.ts';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from './address.ts';
import { badOctets, cutOff, listOf, scalarText } from './structure.ts';

const FAMILIES = { 1: { octets: 4, parse: parseIpv4 }, 2: { octets: 16, parse: parseIpv6 } } as const;

function readItem(text: string, field: string): string {
  const parts = /^(!?)([12]):([^/]*)\/([0-9]{1,3})$/.exec(text);
  const family = parts?.[2] === '1' ? 1 : 2;
  const length = Number(parts?.[4]);
  if (parts === null || length > 8 * FAMILIES[family].octets) {
    throw new DnsSyntaxError(
      `${quoted(text)} in the ${field} is not an address prefix`,
      'write [!]FAMILY:ADDRESS/LENGTH with family 1 (IPv4) or 2 (IPv6), such as 1:192.0.2.0/24',
      'rdata-apl',
    );
  }
  const address = FAMILIES[family].parse(parts[3] as string).replace(/\0+$/, '');
  return String.fromCharCode(0, family, length, (parts[1] === '!' ? 128 : 0) | address.length) + address;
}

function itemEnd(from: string, at: number): number {
  return at + 4 + (from.charCodeAt(at + 3) & 127);
}

function printItem(from: string, at: number): string {
  const family = from.charCodeAt(at + 1);
  const address = from.slice(at + 4, itemEnd(from, at)).padEnd(16, '\0');
  const not = from.charCodeAt(at + 3) > 127 ? '!' : '';
  const text = family === 1 ? printIpv4(address, 0) : printIpv6(address, 0);
  return `${not}${family}:${text}/${from.charCodeAt(at + 2)}`;
}

function items(from: string, at: number, end: number): string[] {
  const texts: string[] = [];
  for (let pos = at; pos < end; pos = itemEnd(from, pos)) texts.push(printItem(from, pos));
  return texts;
}

/** Address prefixes up to the end of the rdata, none or more: `1:192.0.2.0/24 !2:2001:db8::/32` (RFC 3123 section 4). */
export const addressPrefixes: FieldKind = {
  parse(tokens, field) {
    let all = '';
    while (hasMore(tokens)) all += readItem(takeBare(tokens, field), field);
    return all;
  },
  print: (from, at, end) => items(from, at, end).join(' '),
  encode: (value, field) =>
    listOf(value)
      .map((item) => readItem(scalarText(item, field), field))
      .join(''),
  decode: items,
  end(from, at, limit) {
    for (let pos = at; pos < limit; pos = itemEnd(from, pos)) {
      if (pos + 4 > limit || itemEnd(from, pos) > limit) cutOff();
      const family = from.charCodeAt(pos) === 0 ? from.charCodeAt(pos + 1) : 0;
      const octets = family === 1 ? 4 : family === 2 ? 16 : 0;
      const length = itemEnd(from, pos) - pos - 4;
      const known = octets > 0 && length <= octets && from.charCodeAt(pos + 2) <= 8 * octets;
      if (!known || (length > 0 && from.charCodeAt(itemEnd(from, pos) - 1) === 0)) {
        badOctets('an address prefix in the rdata is malformed or of an unknown family');
      }
    }
    return limit;
  },
  schema: { type: 'array', items: { type: 'string', pattern: '^!?[12]:[0-9a-fA-F.:]+/[0-9]{1,3}$' } },
};
