import { DnsSyntaxError, quoted } from './fault.ts';
import type { DomainName } from './name.ts';
import { lowerAscii, wireNameEnd, wireNameToDomain } from './name.ts';
import type { Octets, Rdata } from './octets.ts';
import { octets, toBuffer } from './octets.ts';
import type { Data, RRType } from './rrtype.ts';
import type { Tokens } from './token.ts';
import { hasMore, parseUnsigned, takeRest, tokenize } from './token.ts';
import { types } from './types/list.ts';

const byCode = new Map<number, RRType>(types.map((type) => [type.code, type]));
const byName = new Map<string, number>(types.map((type) => [type.name, type.code]));

/** The statement of a record type; `undefined` for a type without one (RFC 3597). */
export function typeOf(code: number): RRType | undefined {
  return byCode.get(code);
}

/** The code of a mnemonic in any case, also in the form `TYPE65280` (RFC 3597 section 5); `undefined` where it is none. */
export function typeCode(text: string): number | undefined {
  const known = byName.get(text);
  if (known !== undefined) return known;
  const upper = text.toUpperCase();
  const other = byName.get(upper);
  if (other !== undefined) return other;
  if (!/^TYPE(0|[1-9]\d{0,4})$/.test(upper)) return undefined;
  const code = Number(upper.slice(4));
  return code <= 65535 ? code : undefined;
}

/** The mnemonic of a type; `TYPE65280` for one that has none. */
export function typeName(code: number): string {
  return byCode.get(code)?.name ?? `TYPE${code}`;
}

const MAX_RDATA = 65535;

/**
 * Reads one record's rdata in presentation form. Relative names are completed with `origin`.
 * Throws {@link DnsSyntaxError} for what the type does not allow, for what is left over, and for over 65,535 octets.
 *
 * @example rdataFromText(15, '10 mail', parseName('example.com.'))
 */
export function rdataFromText(code: number, text: string, origin?: DomainName): Rdata {
  return rdataFromTokens(code, tokenize(text, origin));
}

/** Like {@link rdataFromText}, from tokens that are already cut. Reads all that are left. */
export function rdataFromTokens(code: number, tokens: Tokens): Rdata {
  const type = byCode.get(code);
  if (tokens.texts[tokens.next] === '\\#' && tokens.quotes[tokens.next] === false) return checkedGeneric(type, tokens);
  if (type === undefined) {
    throw new DnsSyntaxError(
      `the type ${typeName(code)} has no presentation form of its own`,
      'write the rdata as \\# LENGTH HEX (RFC 3597)',
      'unknown-type-syntax',
    );
  }
  let rdata = '';
  for (const field of type.fields) rdata += field.kind.parse(tokens, field.name, rdata);
  if (hasMore(tokens)) {
    throw new DnsSyntaxError(
      `there is ${quoted(tokens.texts[tokens.next] as string)} behind the last field of ${type.name}`,
      `write ${type.fields.map((field) => field.name).join(', ')} and nothing more`,
      'rdata-extra-field',
    );
  }
  return finished(type, rdata);
}

function finished(type: RRType, rdata: string): Rdata {
  if (rdata.length > MAX_RDATA) {
    throw new DnsSyntaxError(`the rdata has ${rdata.length} octets`, 'stay below 65,536 octets', 'rdata-length');
  }
  type.check?.(rdata);
  return octets(rdata);
}

/** The generic form `\# LENGTH HEX` (RFC 3597 section 5), which every type may take. */
function checkedGeneric(type: RRType | undefined, tokens: Tokens): Rdata {
  tokens.next++;
  const lengthText = tokens.texts[tokens.next];
  if (lengthText === undefined)
    throw new DnsSyntaxError('the length is missing', 'write \\# LENGTH HEX', 'generic-rdata');
  tokens.next++;
  const length = parseUnsigned(lengthText, MAX_RDATA, 'length');
  const hex = hasMore(tokens) ? takeRest(tokens, 'data') : '';
  if (!/^[0-9a-fA-F]*$/.test(hex) || hex.length !== 2 * length) {
    throw new DnsSyntaxError(
      `the data is ${hex.length} hexadecimal digits where the length says ${length} octets`,
      'write two hexadecimal digits for each octet and their number before them',
      'generic-rdata',
    );
  }
  const rdata = Buffer.from(hex, 'hex').toString('latin1');
  if (type !== undefined) checkRdata(type.code, octets(rdata));
  return octets(rdata);
}

/** The end of each field. Throws where the octets are not a valid rdata of the type. */
function fieldEnds(type: RRType, from: string, start: number, limit: number): number[] {
  const ends: number[] = [];
  let at = start;
  for (const field of type.fields) {
    at = field.kind.end(from, at, limit, start);
    ends.push(at);
  }
  if (at !== limit) {
    throw new DnsSyntaxError(
      `there are ${limit - at} octets behind the last field of ${type.name}`,
      'check where the data comes from',
    );
  }
  return ends;
}

/** Checks that octets are a valid uncompressed rdata of the type. Throws {@link DnsSyntaxError} where they are not. */
export function checkRdata(code: number, rdata: Rdata): void {
  const type = byCode.get(code);
  if (type === undefined) return;
  fieldEnds(type, rdata, 0, rdata.length);
  type.check?.(rdata);
}

/**
 * Rdata in presentation form: names absolute, numbers for mnemonics, one spelling for every value, so equal rdata prints
 * equally. A type without a form of its own is printed as RFC 3597 says.
 */
export function rdataToText(code: number, rdata: Rdata): string {
  const type = byCode.get(code);
  if (type === undefined) return genericText(rdata);
  let text = '';
  let at = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, at, rdata.length, 0);
    const part = field.kind.print(rdata, at, end, 0);
    if (part !== '') text += text === '' ? part : ` ${part}`;
    at = end;
  }
  return text;
}

/** Any rdata as RFC 3597 section 5 writes it: `\# 4 0a000001`. */
export function genericText(rdata: Rdata): string {
  return rdata === '' ? '\\# 0' : `\\# ${rdata.length} ${toBuffer(rdata).toString('hex')}`;
}

/** Rdata in structured form: the fields by the names their RFC gives them; `{ rdata: hex }` for a type without a form. */
export function rdataToData(code: number, rdata: Rdata): { [field: string]: Data } {
  const type = byCode.get(code);
  if (type === undefined) return { rdata: toBuffer(rdata).toString('hex') };
  const data: { [field: string]: Data } = {};
  let at = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, at, rdata.length, 0);
    const value = field.kind.decode(rdata, at, end, 0);
    if (value !== undefined) data[field.name] = value;
    at = end;
  }
  return data;
}

/**
 * Reads rdata in structured form, a map of its fields (numbers may be text). Throws {@link DnsSyntaxError} for a missing
 * or unknown field and for what a field does not allow.
 */
export function rdataFromData(code: number, data: ReadonlyMap<string, unknown>, origin?: DomainName): Rdata {
  const type = byCode.get(code);
  const known = type === undefined ? ['rdata'] : type.fields.map((field) => field.name);
  for (const key of data.keys()) {
    if (!known.includes(key)) {
      throw new DnsSyntaxError(
        `${quoted(key)} is not a field of ${typeName(code)}`,
        `use ${known.join(', ')}`,
        'unknown-field',
      );
    }
  }
  if (type === undefined) {
    const hex = data.get('rdata');
    if (typeof hex === 'string' && /^([0-9a-fA-F]{2})*$/.test(hex) && hex.length <= 2 * MAX_RDATA) {
      return octets(Buffer.from(hex, 'hex').toString('latin1'));
    }
    throw new DnsSyntaxError(
      'the rdata is not hexadecimal',
      'write "rdata" in pairs of hexadecimal digits',
      'generic-rdata',
    );
  }
  let rdata = '';
  for (const field of type.fields) {
    const value = data.get(field.name);
    if (value === undefined && field.kind.optional !== true) {
      throw new DnsSyntaxError(
        `the ${field.name} is missing`,
        `add ${field.name}: ${field.about}`,
        'rdata-missing-field',
      );
    }
    rdata += field.kind.encode(value, field.name, rdata, origin);
  }
  return finished(type, rdata);
}

/**
 * Reads the rdata at `message[at..at+length)`, expanding compressed names (RFC 1035 section 4.1.4, RFC 3597 section 4).
 * Throws {@link DnsSyntaxError} where the octets are not a valid rdata.
 */
export function rdataFromMessage(code: number, message: Octets, at: number, length: number): Rdata {
  const limit = at + length;
  if (limit > message.length) throw new DnsSyntaxError('the rdata is cut off', 'check where the data comes from');
  const type = byCode.get(code);
  if (type === undefined) return octets(message.slice(at, limit));
  if (!type.fields.some((field) => field.kind.isName)) {
    const rdata = octets(message.slice(at, limit));
    checkRdata(code, rdata);
    return rdata;
  }
  let rdata = '';
  let pos = at;
  for (const field of type.fields) {
    if (field.kind.isName) {
      const name = expandName(message, pos, limit);
      rdata += name.wire;
      pos = name.end;
    } else {
      const end = field.kind.end(message, pos, limit, at);
      rdata += message.slice(pos, end);
      pos = end;
    }
  }
  if (pos !== limit)
    throw new DnsSyntaxError(
      `there are octets behind the last field of ${type.name}`,
      'check where the data comes from',
    );
  return finished(type, rdata);
}

/**
 * Expands the possibly compressed name at `at` of a message. Gives its uncompressed wire form and where it ends in the
 * message. Pointers must point backwards, so no loop is possible. Throws {@link DnsSyntaxError}.
 */
export function expandName(message: Octets, at: number, limit: number): { wire: Octets; end: number } {
  let wire = '';
  let pos = at;
  let bound = limit;
  let end = -1;
  let lowest = at;
  for (;;) {
    const length = pos < bound ? message.charCodeAt(pos) : 64;
    if (length >= 192 && pos + 1 < bound) {
      const target = ((length & 63) << 8) | message.charCodeAt(pos + 1);
      if (end < 0) end = pos + 2;
      if (target >= lowest) break;
      lowest = target;
      pos = target;
      bound = message.length;
      continue;
    }
    if (length > 63 || pos + 1 + length > bound || wire.length + 1 + length > 255) break;
    wire += message.slice(pos, pos + 1 + length);
    pos += 1 + length;
    if (length === 0) return { wire: octets(wire), end: end < 0 ? pos : end };
  }
  throw new DnsSyntaxError(
    'a name in the message is cut off, too long or points forward',
    'check where the data comes from',
  );
}

/** Rdata in canonical form (RFC 4034 section 6.2): the names of the types listed there in lower case. */
export function canonicalRdata(code: number, rdata: Rdata): Rdata {
  const type = byCode.get(code);
  if (type?.lowerCased !== true) return rdata;
  let canonical = '';
  let at = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, at, rdata.length, 0);
    const part = rdata.slice(at, end);
    canonical += field.kind.isName ? lowerAscii(part) : part;
    at = end;
  }
  return octets(canonical);
}

/**
 * Rdata in the form in which two spellings of the same data are equal: every name in lower case, whatever the type
 * (RFC 4343). For comparing; signing takes {@link canonicalRdata}.
 */
export function comparableRdata(code: number, rdata: Rdata): Rdata {
  const type = byCode.get(code);
  if (type === undefined || !type.fields.some((field) => field.kind.isName)) return rdata;
  let comparable = '';
  let at = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, at, rdata.length, 0);
    const part = rdata.slice(at, end);
    comparable += field.kind.isName ? lowerAscii(part) : part;
    at = end;
  }
  return octets(comparable);
}

/** The names in the rdata, in the order of its fields: the targets of NS, CNAME, MX, SRV, both names of SOA, and so on. */
export function rdataNames(code: number, rdata: Rdata): DomainName[] {
  const type = byCode.get(code);
  if (type === undefined) return [];
  const names: DomainName[] = [];
  let at = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, at, rdata.length, 0);
    if (field.kind.isName) {
      wireNameEnd(rdata, at, end);
      names.push(wireNameToDomain(rdata, at));
    }
    at = end;
  }
  return names;
}
