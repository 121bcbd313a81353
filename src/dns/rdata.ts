import { DnsSyntaxError, quoted } from './fault.ts';
import type { DomainName } from './name.ts';
import { lowerAscii, wireNameEnd, wireNameToDomain } from './name.ts';
import type { Octets, Rdata } from './octets.ts';
import { octets, toBuffer } from './octets.ts';
import type { Data, FieldKind, RRType } from './rrtype.ts';
import { typeName, typeOf } from './rrtype.ts';
import type { Tokens } from './token.ts';
import { hasMore, parseUnsigned, takeRest, tokenize } from './token.ts';
import { types } from './types/list.ts';
import { wireNameToRelative } from './wire-name.ts';

export { portableTypeName, typeCode, typeName, typeOf } from './rrtype.ts';

const MAX_RDATA = 65535;
const SPACE = 32;

type Word = NonNullable<FieldKind['word']>;

/**
 * Reads one record's rdata in presentation form. Relative names are completed with `origin`.
 * Throws {@link DnsSyntaxError} for what the type does not allow, for what is left over, and for over 65,535 octets.
 *
 * @example rdataFromText(15, '10 mail', parseName('example.com.'))
 */
export function rdataFromText(code: number, text: string, origin?: DomainName): Rdata {
  const type = typeOf(code);
  if (type !== undefined && ofWords.has(type)) {
    const rdata = fromWords(type, text, origin);
    if (rdata !== undefined) return finished(type, rdata);
  }
  return rdataFromTokens(code, tokenize(text, origin));
}

/** The types that most records have: each field is one word, so their rdata can be read without cutting it into tokens. */
const ofWords = new Set(
  types.filter((type) => type.whole === undefined && type.fields.every((field) => field.kind.word !== undefined)),
);

/**
 * The octets of rdata that is one word a field with spaces between, which is how it is nearly always written; `undefined`
 * where it is written in another way, or is not right.
 */
function fromWords(type: RRType, text: string, origin: DomainName | undefined): string | undefined {
  const { fields } = type;
  let rdata = '';
  let count = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : SPACE;
    if (c > SPACE) {
      if (c === 34 || c === 40 || c === 41 || c === 59 || c === 92) return undefined;
    } else if (c !== SPACE) {
      return undefined;
    } else if (i > start) {
      const field = fields[count++];
      if (field === undefined) return undefined;
      rdata += (field.kind.word as Word)(text.slice(start, i), field.name, rdata, origin);
      start = i + 1;
    } else {
      start = i + 1;
    }
  }
  return count === fields.length ? rdata : undefined;
}

/** Like {@link rdataFromText}, from tokens that are already cut. Reads all that are left. */
export function rdataFromTokens(code: number, tokens: Tokens): Rdata {
  const type = typeOf(code);
  if (tokens.texts[tokens.next] === '\\#' && tokens.quotes[tokens.next] === false) return checkedGeneric(type, tokens);
  if (type === undefined) {
    throw new DnsSyntaxError(
      `the type ${typeName(code)} has no presentation form of its own`,
      'write the rdata as \\# LENGTH HEX (RFC 3597)',
      'unknown-type-syntax',
    );
  }
  let rdata = '';
  if (type.whole !== undefined) rdata = type.whole.parse(tokens, type.name, '');
  else for (const field of type.fields) rdata += field.kind.parse(tokens, field.name, rdata);
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
  if (type !== undefined) checkFields(type, rdata);
  return octets(rdata);
}

/** Checks every field. Throws where the octets are not a valid rdata of the type. */
function checkFields(type: RRType, rdata: string): void {
  let at = 0;
  if (type.whole !== undefined) at = type.whole.end(rdata, 0, rdata.length, 0);
  else for (const field of type.fields) at = field.kind.end(rdata, at, rdata.length, 0);
  if (at !== rdata.length) leftOver(type, rdata.length - at);
  type.check?.(rdata);
}

function leftOver(type: RRType, length: number): never {
  throw new DnsSyntaxError(
    `there are ${length} octets behind the last field of ${type.name}`,
    'check where the data comes from',
  );
}

/** Checks that octets are a valid uncompressed rdata of the type. Throws {@link DnsSyntaxError} where they are not. */
export function checkRdata(code: number, rdata: Rdata): void {
  const type = typeOf(code);
  if (type !== undefined) checkFields(type, rdata);
}

/**
 * Rdata in presentation form: names absolute (with an origin, relative to it where they lie below it in the same case),
 * numbers for mnemonics, one spelling for every value, so equal rdata prints equally. A type without a form of its own is printed as RFC 3597 says, and so is rdata of no octets.
 */
export function rdataToText(code: number, rdata: Rdata, origin?: DomainName): string {
  const type = typeOf(code);
  if (type === undefined || rdata === '' || type.genericWhen?.(rdata) === true) return genericText(rdata);
  if (type.whole !== undefined) return type.whole.print(rdata, 0, rdata.length, 0);
  let text = '';
  let at = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, at, rdata.length, 0);
    const isRelative = origin !== undefined && field.kind.isName === true;
    const part = isRelative ? wireNameToRelative(rdata, at, end, origin) : field.kind.print(rdata, at, end, 0);
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
  const type = typeOf(code);
  if (type === undefined) return { rdata: toBuffer(rdata).toString('hex') };
  if (type.whole !== undefined) return type.whole.decode(rdata, 0, rdata.length, 0) as { [field: string]: Data };
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
  const type = typeOf(code);
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
    if (typeof hex === 'string' && hex.length <= 2 * MAX_RDATA && /^([0-9a-fA-F]{2})*$/.test(hex)) {
      return octets(Buffer.from(hex, 'hex').toString('latin1'));
    }
    throw new DnsSyntaxError(
      'the rdata is not hexadecimal',
      'write "rdata" in pairs of hexadecimal digits',
      'generic-rdata',
    );
  }
  for (const field of type.fields) {
    if (data.get(field.name) === undefined && field.kind.optional !== true) {
      throw new DnsSyntaxError(
        `the ${field.name} is missing`,
        `add ${field.name}: ${field.about}`,
        'rdata-missing-field',
      );
    }
  }
  if (type.whole !== undefined) return finished(type, type.whole.encode(data, type.name, '', origin));
  let rdata = '';
  for (const field of type.fields) rdata += field.kind.encode(data.get(field.name), field.name, rdata, origin);
  return finished(type, rdata);
}

/**
 * Reads the rdata at `message[at..at+length)`, expanding compressed names (RFC 1035 section 4.1.4, RFC 3597 section 4).
 * Throws {@link DnsSyntaxError} where the octets are not a valid rdata.
 */
export function rdataFromMessage(code: number, message: Octets, at: number, length: number): Rdata {
  const limit = at + length;
  if (limit > message.length) throw new DnsSyntaxError('the rdata is cut off', 'check where the data comes from');
  const type = typeOf(code);
  if (type === undefined) return octets(message.slice(at, limit));
  if (type.whole !== undefined || !type.fields.some((field) => field.kind.isName)) {
    const rdata = octets(message.slice(at, limit));
    checkFields(type, rdata);
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
  if (pos !== limit) leftOver(type, limit - pos);
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
  let jumps = 0;
  for (;;) {
    const length = pos < bound ? message.charCodeAt(pos) : 64;
    if (length >= 192 && pos + 1 < bound) {
      const target = ((length & 63) << 8) | message.charCodeAt(pos + 1);
      if (end < 0) end = pos + 2;
      // A name has at most 127 labels, so more pointers than that lead nowhere that a label could not.
      if (target >= lowest || ++jumps > 127) break;
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
  return typeOf(code)?.lowerCased === true ? comparableRdata(code, rdata) : rdata;
}

/**
 * Rdata in the form in which two spellings of the same data are equal: every name in lower case, whatever the type
 * (RFC 4343). For comparing; signing takes {@link canonicalRdata}.
 */
export function comparableRdata(code: number, rdata: Rdata): Rdata {
  const type = typeOf(code);
  if (type === undefined || !hasUpperCase(rdata)) return rdata;
  let comparable = '';
  let done = 0;
  for (const at of nameOffsets(type, rdata)) {
    const end = wireNameEnd(rdata, at, rdata.length);
    // The length octets of labels are below 64, so lower-casing leaves them alone.
    comparable += rdata.slice(done, at) + lowerAscii(rdata.slice(at, end));
    done = end;
  }
  return done === 0 ? rdata : octets(comparable + rdata.slice(done));
}

function hasUpperCase(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 65 && c <= 90) return true;
  }
  return false;
}

/** The names in the rdata, in the order of its fields: the targets of NS, CNAME, MX, SRV, both names of SOA, and so on. */
export function rdataNames(code: number, rdata: Rdata): DomainName[] {
  const type = typeOf(code);
  return type === undefined ? [] : nameOffsets(type, rdata).map((at) => wireNameToDomain(rdata, at));
}

function nameOffsets(type: RRType, rdata: Rdata): number[] {
  const offsets: number[] = [];
  if (type.whole !== undefined) return [...(type.whole.names?.(rdata, 0, rdata.length, 0) ?? [])];
  let at = 0;
  for (const { kind } of type.fields) {
    const end = kind.end(rdata, at, rdata.length, 0);
    if (kind.isName) offsets.push(at);
    else if (kind.names !== undefined) offsets.push(...kind.names(rdata, at, end, 0));
    at = end;
  }
  return offsets;
}
