import { nameToWire, wireNameEnd, wireNameToText } from '../name.ts';
import type { FieldKind } from '../rrtype.ts';
import { takeBare } from '../token.ts';
import { scalarText } from './integer.ts';

/** A domain name, uncompressed in rdata (RFC 1035 section 3.1). Relative names are completed when they are read. */
export const domainName: FieldKind = {
  parse: (tokens, field) => nameToWire(takeBare(tokens, field), tokens.origin),
  print: (from, at) => wireNameToText(from, at),
  encode: (value, field, _before, origin) => nameToWire(scalarText(value, field), origin),
  decode: (from, at) => wireNameToText(from, at),
  end: (from, at, limit) => wireNameEnd(from, at, limit),
  schema: { type: 'string', minLength: 1, maxLength: 1004 },
  isName: true,
};
