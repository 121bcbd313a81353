import { DnsSyntaxError } from '../fault.ts';
import { ROOT, wireNameToDomain } from '../name.ts';
import type { Octets, Rdata } from '../octets.ts';
import { octets, readU16, readU32 } from '../octets.ts';
import { expandName, rdataFromMessage } from '../rdata.ts';
import type { Edns, EdnsOption, Message, Question, ResourceRecord } from './message.ts';
import { CLASS, QTYPE } from './message.ts';
import type { Tsig } from './tsig.ts';
import { readTsig } from './tsig.ts';

const HEADER = 12;
const SIGN_BIT = 0x80000000;

/** What the first twelve octets say (RFC 1035 section 4.1.1). */
export interface Header {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
}

/** The header alone, for messages whose rest cannot be read; `undefined` where there are fewer than twelve octets. */
export function decodeHeader(message: Octets): Header | undefined {
  if (message.length < HEADER) return undefined;
  const flags = readU16(message, 2);
  return {
    id: readU16(message, 0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >>> 11) & 15,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
  };
}

/**
 * Reads a message (RFC 1035 section 4), names expanded, OPT and TSIG taken out of the additional section.
 *
 * Throws {@link DnsSyntaxError} for anything that is not exactly one well-formed message: cut off, octets left over, a bad
 * name, rdata that its type does not allow, a second OPT, a TSIG that is not the last record. The cost is bounded by the
 * length of the message.
 */
export function decodeMessage(message: Octets): Message {
  if (message.length < HEADER) throw malformed('has no complete header');
  const flags = readU16(message, 2);
  const cursor: Cursor = { message, at: HEADER, edns: undefined, extendedRcode: 0, tsig: undefined };
  const questions: Question[] = [];
  for (let left = readU16(message, 4); left > 0; left--) questions.push(readQuestion(cursor));
  const answers = readSection(cursor, readU16(message, 6), false);
  const authorities = readSection(cursor, readU16(message, 8), false);
  const additionals = readSection(cursor, readU16(message, 10), true);
  if (cursor.at !== message.length) throw malformed('has octets behind its last record');
  return {
    id: readU16(message, 0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >>> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: (cursor.extendedRcode << 4) | (flags & 15),
    questions,
    answers,
    authorities,
    additionals,
    edns: cursor.edns,
    tsig: cursor.tsig,
  };
}

interface Cursor {
  readonly message: Octets;
  at: number;
  edns: Edns | undefined;
  extendedRcode: number;
  tsig: Tsig | undefined;
}

function readQuestion(cursor: Cursor): Question {
  const { message } = cursor;
  const name = expandName(message, cursor.at, message.length);
  if (name.end + 4 > message.length) throw malformed('is cut off in a question');
  cursor.at = name.end + 4;
  return {
    name: wireNameToDomain(name.wire, 0),
    spelling: name.wire,
    type: readU16(message, name.end),
    class: readU16(message, name.end + 2),
  };
}

function readSection(cursor: Cursor, count: number, additional: boolean): ResourceRecord[] {
  const { message } = cursor;
  const records: ResourceRecord[] = [];
  for (let i = 0; i < count; i++) {
    const start = cursor.at;
    const name = expandName(message, start, message.length);
    const at = name.end + 10;
    if (at > message.length) throw malformed('is cut off in a record');
    const type = readU16(message, name.end);
    const recordClass = readU16(message, name.end + 2);
    const ttl = readU32(message, name.end + 4);
    const length = readU16(message, name.end + 8);
    if (at + length > message.length) throw malformed('is cut off in rdata');
    cursor.at = at + length;
    const owner = wireNameToDomain(name.wire, 0);
    if (type === QTYPE.OPT) {
      if (!additional || cursor.edns !== undefined || owner !== ROOT) throw malformed('has an OPT record out of place');
      cursor.extendedRcode = ttl >>> 24;
      cursor.edns = {
        payload: recordClass,
        version: (ttl >>> 16) & 255,
        dnssecOk: (ttl & 0x8000) !== 0,
        options: readOptions(message, at, at + length),
      };
    } else if (type === QTYPE.TSIG) {
      if (!additional || i !== count - 1 || recordClass !== CLASS.ANY || ttl !== 0) {
        throw malformed('has a TSIG record out of place');
      }
      cursor.tsig = readTsig(message, owner, start, at, length);
    } else {
      records.push({
        owner,
        type,
        class: recordClass,
        // RFC 2181 section 8: a TTL with the top bit set is taken as zero.
        ttl: ttl >= SIGN_BIT ? 0 : ttl,
        rdata: readRdata(message, type, recordClass, at, length),
      });
    }
  }
  return records;
}

function readRdata(message: Octets, type: number, recordClass: number, at: number, length: number): Rdata {
  // Updates name whole RRsets by records without rdata (RFC 2136 section 2.5); other classes have rdata of their own.
  const known = recordClass === CLASS.IN || (length > 0 && (recordClass === CLASS.NONE || recordClass === CLASS.ANY));
  return known ? rdataFromMessage(type, message, at, length) : octets(message.slice(at, at + length));
}

function readOptions(message: Octets, start: number, end: number): EdnsOption[] {
  const options: EdnsOption[] = [];
  let at = start;
  while (at < end) {
    const length = at + 4 <= end ? readU16(message, at + 2) : end;
    if (at + 4 + length > end) throw malformed('has an EDNS option that is cut off');
    options.push({ code: readU16(message, at), data: octets(message.slice(at + 4, at + 4 + length)) });
    at += 4 + length;
  }
  return options;
}

function malformed(what: string): DnsSyntaxError {
  return new DnsSyntaxError(`the message ${what}`, 'check where the data comes from', 'message-syntax');
}
