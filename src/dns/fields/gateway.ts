import { DnsSyntaxError, quoted } from '../fault.ts';
import { nameToWire, wireNameEnd, wireNameToText } from '../name.ts';
import type { FieldKind } from '../rrtype.ts';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from './address.ts';
import { badOctets, fixedEnd, wordKind } from './structure.ts';

/**
 * A gateway or relay whose form depends on a type number in an earlier octet of the rdata: 0 none (written `.`), 1 an IPv4
 * address, 2 an IPv6 address, 3 a name (RFC 4025 section 2.3, RFC 8777 section 4.2.3). `typeAt` is the offset of that
 * octet, of which the low seven bits count.
 */
export function gateway(typeAt: number): FieldKind {
  const typeOf = (from: string, start: number): number => from.charCodeAt(start + typeAt) & 127;
  return {
    ...wordKind({
      read(text, field, before, origin) {
        switch (typeOf(before, 0)) {
          case 0:
            if (text === '.') return '';
            throw new DnsSyntaxError(
              `the ${field} is ${quoted(text)} where its type 0 says that there is none`,
              'write "." or another type',
              'rdata-gateway',
            );
          case 1:
            return parseIpv4(text);
          case 2:
            return parseIpv6(text);
          case 3:
            return nameToWire(text, origin);
          default:
            throw new DnsSyntaxError(
              `the ${field} has an unknown type`,
              'use the type 0 (none), 1 (IPv4), 2 (IPv6) or 3 (name)',
              'rdata-gateway',
            );
        }
      },
      print(from, at, _end, start) {
        const type = typeOf(from, start);
        if (type === 0) return '.';
        return type === 1 ? printIpv4(from, at) : type === 2 ? printIpv6(from, at) : wireNameToText(from, at);
      },
      end(from, at, limit, start) {
        const type = typeOf(from, start);
        if (type > 3) badOctets(`the gateway type ${type} is not known`);
        return type === 3 ? wireNameEnd(from, at, limit) : fixedEnd(at, type === 0 ? 0 : type === 1 ? 4 : 16, limit);
      },
      schema: { type: 'string', minLength: 1, maxLength: 1004 },
    }),
    names: (from, at, _end, start) => (typeOf(from, start) === 3 ? [at] : []),
  };
}
