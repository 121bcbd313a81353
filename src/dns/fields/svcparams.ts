import { DnsSyntaxError } from '../fault.ts';
import { wireNameEnd } from '../name.ts';
import type { Octets } from '../octets.ts';
import { readU16, u16 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import type { Tokens } from '../token.ts';
import { hasMore, take, unescapeOctets } from '../token.ts';
import { textSchema } from './string.ts';
import { badOctets, cutOff, mapOf } from './structure.ts';
import { isNamedEverywhere, isNumbered, keyName, keyText, kindOf, readKey, serviceKeys } from './svckeys.ts';
import { alpn, alpnIds, bad, chunks, opaque } from './svcvalues.ts';

/** The octets of all parameters, sorted by key. Throws where one is malformed or a mandatory one is not there. */
function join(params: ReadonlyMap<number, string>): string {
  const codes = [...params.keys()].sort((a, b) => a - b);
  let all = '';
  for (const code of codes) {
    const value = params.get(code) as string;
    if (!kindOf(code).valid(value))
      bad(keyName(code), 'is malformed', `write ${keyName(code)} by its name, or the octets of its value`);
    if (value.length > 65535) bad(keyName(code), 'is too long', 'stay below 65,536 octets');
    all += u16(code) + u16(value.length) + value;
  }
  const missing = missingMandatory(params);
  if (missing !== undefined) mandatoryMissing(missing);
  return all;
}

/** The first key that is mandatory and not there (RFC 9460 section 8). */
function missingMandatory(params: ReadonlyMap<number, string>): number | undefined {
  return chunks(params.get(0) ?? '', 2)
    .map((part) => readU16(part, 0))
    .find((code) => !params.has(code));
}

function mandatoryMissing(code: number): never {
  throw new DnsSyntaxError(
    `the key ${keyName(code)} is mandatory and is not there`,
    `add ${keyName(code)}, or take it out of mandatory`,
    'svcb-mandatory',
  );
}

function add(params: Map<number, string>, code: number, value: string): void {
  if (params.has(code)) {
    throw new DnsSyntaxError(`the key ${keyName(code)} is there twice`, 'give each key once', 'svcb-key');
  }
  params.set(code, value);
}

/** The value that stands behind `key=` or alone as `key`, which may be in quotes of its own. */
function takeValue(tokens: Tokens, word: string, equals: number): Octets {
  const place = tokens.next;
  const bare = equals === word.length - 1;
  if (bare && tokens.quotes[place] === true && tokens.touching?.has(place) !== false) {
    return unescapeOctets(take(tokens, 'value'));
  }
  return unescapeOctets(equals < 0 ? '' : word.slice(equals + 1));
}

function entries(from: string, at: number, end: number): [number, string][] {
  const found: [number, string][] = [];
  for (let pos = at; pos < end; ) {
    const next = pos + 4 + readU16(from, pos + 2);
    found.push([readU16(from, pos), from.slice(pos + 4, next)]);
    pos = next;
  }
  return found;
}

/** Service parameters up to the end of the rdata, none or more (RFC 9460 sections 2.1 and 2.2). */
export const serviceParameters: FieldKind = {
  parse(tokens, field) {
    const params = new Map<number, string>();
    while (hasMore(tokens)) {
      if (tokens.quotes[tokens.next] === true) {
        throw new DnsSyntaxError(`there is a quoted text in the ${field}`, 'write key="value"', 'svcb-key');
      }
      const word = take(tokens, field);
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      const code = readKey(name);
      const value = takeValue(tokens, word, equals);
      add(params, code, isNumbered(name) ? value : kindOf(code).parse(value, name));
    }
    return join(params);
  },
  print: (from, at, end) =>
    entries(from, at, end)
      .map(([code, value]) => {
        const text = isNamedEverywhere(code) ? kindOf(code).print(value) : opaque.print(value);
        return text === '' ? keyText(code) : `${keyText(code)}=${text}`;
      })
      .join(' '),
  encode(value, field) {
    const params = new Map<number, string>();
    const map = value === undefined ? new Map<string, unknown>() : mapOf(value);
    if (map === undefined) {
      throw new DnsSyntaxError(`the ${field} are not a map`, 'write a map of keys, such as { alpn: [h2] }', 'svcb-key');
    }
    for (const [name, data] of map) {
      const code = readKey(name);
      add(params, code, (isNumbered(name) ? opaque : kindOf(code)).encode(data, name));
    }
    return join(params);
  },
  decode(from, at, end) {
    if (at === end) return undefined;
    return Object.fromEntries(
      entries(from, at, end).map(([code, value]) => [keyName(code), kindOf(code).decode(value)]),
    );
  },
  end(from, at, limit) {
    const params = new Map<number, string>();
    let last = -1;
    for (let pos = at; pos < limit; ) {
      if (pos + 4 > limit || pos + 4 + readU16(from, pos + 2) > limit) cutOff();
      const code = readU16(from, pos);
      const next = pos + 4 + readU16(from, pos + 2);
      const value = from.slice(pos + 4, next);
      if (code <= last) badOctets('the service parameters are not in ascending order');
      if (!kindOf(code).valid(value)) badOctets(`the service parameter ${keyName(code)} is malformed`);
      params.set(code, value);
      last = code;
      pos = next;
    }
    const missing = missingMandatory(params);
    if (missing !== undefined) mandatoryMissing(missing);
    return limit;
  },
  schema: {
    type: 'object',
    properties: Object.fromEntries(serviceKeys.map((key) => [key.name, key.kind.schema])),
    patternProperties: { '^key(0|[1-9][0-9]{0,4})$': textSchema },
    additionalProperties: false,
  },
  optional: true,
};

/**
 * Whether the rdata of a SVCB or HTTPS record has an alpn identifier that not all name servers read in text: Knot 3.2 refuses
 * one of a single octet in a list and reads the two layers of escapes of a comma and a backslash (RFC 9460 appendix A.1)
 * otherwise, and NSD 4.6 ends at a zero octet.
 */
export function hasUnusualAlpn(rdata: string): boolean {
  const params = entries(rdata, wireNameEnd(rdata, 2, rdata.length), rdata.length);
  const value = params.find(([code]) => kindOf(code) === alpn)?.[1] ?? '';
  return alpnIds(value).some((id) => id.length === 1 || /[\\,\0]/.test(id));
}
