import { nameToWire, wireNameEnd, wireNameToText } from '../name.ts';
import type { FieldKind } from '../rrtype.ts';
import { hasMore, takeBare } from '../token.ts';
import { listOf, scalarText, wordKind } from './structure.ts';

/** A domain name, uncompressed in rdata (RFC 1035 section 3.1). Relative names are completed when they are read. */
export const domainName: FieldKind = {
  ...wordKind({
    read: (text, _field, _before, origin) => nameToWire(text, origin),
    print: (from, at) => wireNameToText(from, at),
    end: (from, at, limit) => wireNameEnd(from, at, limit),
    schema: { type: 'string', minLength: 1, maxLength: 1004 },
  }),
  isName: true,
};

/** Domain names up to the end of the rdata, none or more. */
export const domainNames: FieldKind = {
  parse(tokens, field) {
    let all = '';
    while (hasMore(tokens)) all += nameToWire(takeBare(tokens, field), tokens.origin);
    return all;
  },
  print: (from, at, end) =>
    offsets(from, at, end)
      .map((name) => wireNameToText(from, name))
      .join(' '),
  encode(value, field, _before, origin) {
    if (value === undefined) return '';
    return listOf(value)
      .map((name) => nameToWire(scalarText(name, field), origin))
      .join('');
  },
  decode: (from, at, end) =>
    at === end ? undefined : offsets(from, at, end).map((name) => wireNameToText(from, name)),
  end(from, at, limit) {
    let pos = at;
    while (pos < limit) pos = wireNameEnd(from, pos, limit);
    return pos;
  },
  schema: { anyOf: [domainName.schema, { type: 'array', items: domainName.schema }] },
  names: (from, at, end) => offsets(from, at, end),
  optional: true,
};

function offsets(from: string, at: number, end: number): number[] {
  const names: number[] = [];
  for (let pos = at; pos < end; pos = wireNameEnd(from, pos, end)) names.push(pos);
  return names;
}
