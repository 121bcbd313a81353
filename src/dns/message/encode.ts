import type { Octets } from '../octets.ts';
import { octets, u16, u32 } from '../octets.ts';
import type { Offsets } from './compress.ts';
import { compressOwner, compressQuestion, compressRdata, noOffsets } from './compress.ts';
import type { Edns, Message, ResourceRecord } from './message.ts';
import { CLASS, MAX_MESSAGE, QTYPE } from './message.ts';

/** A message while it is being written: the sections in order, each record only where it fits. */
export interface MessageWriter {
  readonly offsets: Offsets;
  /** Everything behind the header. */
  body: string;
  /** Octets that the whole message may have, those of the OPT record already taken off. */
  readonly limit: number;
  /** Records written in answer, authority and additional section. */
  readonly counts: [number, number, number];
}

/** The sections of records by their place in the header's counts. */
export const SECTION = { ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 2 } as const;

/** One of {@link SECTION}. */
export type Section = (typeof SECTION)[keyof typeof SECTION];

const HEADER = 12;

/**
 * The octets of a message of at most `limit` octets, names compressed.
 *
 * RRsets (neighbours of one owner, type and class) are taken whole or not at all. Where one of the answer or authority
 * section does not fit, or one of the first `requiredAdditionals` records of the additional section (glue, RFC 9471),
 * the rest is left out and TC is set (RFC 2181 section 9); other additional records are just left out. The question and
 * the OPT record are always there. The message's `tsig` is not written: sign the result.
 */
export function encodeMessage(message: Message, limit = MAX_MESSAGE, requiredAdditionals = 0): Octets {
  const writer = startMessage(message, limit);
  const complete =
    addSection(writer, SECTION.ANSWER, message.answers) === message.answers.length &&
    addSection(writer, SECTION.AUTHORITY, message.authorities) === message.authorities.length &&
    addSection(writer, SECTION.ADDITIONAL, message.additionals) >= requiredAdditionals;
  return finishMessage(writer, message, message.truncated || !complete);
}

/** Begins a message with the questions of `message`. */
export function startMessage(message: Message, limit = MAX_MESSAGE): MessageWriter {
  const offsets = noOffsets();
  let body = '';
  for (const question of message.questions) {
    body += compressQuestion(offsets, question.spelling, HEADER + body.length);
    body += u16(question.type) + u16(question.class);
  }
  const opt = message.edns === undefined ? 0 : optRecord(message.edns, 0).length;
  return { offsets, body, limit: Math.min(limit, MAX_MESSAGE) - opt, counts: [0, 0, 0] };
}

/** Adds a record to a section if it fits and says whether it did. Where it did not, the message can only be finished. */
export function addRecord(writer: MessageWriter, section: Section, record: ResourceRecord): boolean {
  const { offsets } = writer;
  const at = HEADER + writer.body.length;
  const owner = compressOwner(offsets, record.owner, at);
  const known = record.class === CLASS.IN && record.rdata !== '';
  const rdataAt = at + owner.length + 10;
  const rdata = known ? compressRdata(offsets, record.type, record.rdata, rdataAt) : record.rdata;
  if (rdataAt + rdata.length > writer.limit) return false;
  writer.body += `${owner}${u16(record.type)}${u16(record.class)}${u32(record.ttl)}${u16(rdata.length)}${rdata}`;
  writer.counts[section]++;
  return true;
}

/** Adds whole RRsets while they fit; gives the number of records that went in. */
function addSection(writer: MessageWriter, section: Section, records: readonly ResourceRecord[]): number {
  let first = 0;
  while (first < records.length) {
    const head = records[first] as ResourceRecord;
    let end = first + 1;
    while (end < records.length && sameSet(head, records[end] as ResourceRecord)) end++;
    const { body } = writer;
    for (let i = first; i < end; i++) {
      if (addRecord(writer, section, records[i] as ResourceRecord)) continue;
      writer.body = body;
      writer.counts[section] = first;
      return first;
    }
    first = end;
  }
  return first;
}

function sameSet(a: ResourceRecord, b: ResourceRecord): boolean {
  return a.type === b.type && a.owner === b.owner && a.class === b.class;
}

/** The octets of the message: its header with the flags of `message`, what was added, and its OPT record. */
export function finishMessage(writer: MessageWriter, message: Message, truncated = message.truncated): Octets {
  const flags =
    (message.response ? 0x8000 : 0) |
    (message.opcode << 11) |
    (message.authoritative ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    (message.authenticData ? 0x0020 : 0) |
    (message.checkingDisabled ? 0x0010 : 0) |
    (message.rcode & 15);
  const opt = message.edns === undefined ? '' : optRecord(message.edns, message.rcode >>> 4);
  const [answers, authorities, additionals] = writer.counts;
  return octets(
    u16(message.id) +
      u16(flags) +
      u16(message.questions.length) +
      u16(answers) +
      u16(authorities) +
      u16(additionals + (opt === '' ? 0 : 1)) +
      writer.body +
      opt,
  );
}

/** The OPT record (RFC 6891 section 6.1.2). */
function optRecord(edns: Edns, extendedRcode: number): string {
  let options = '';
  for (const option of edns.options) options += u16(option.code) + u16(option.data.length) + option.data;
  const flags = (extendedRcode * 256 + edns.version) * 65536 + (edns.dnssecOk ? 0x8000 : 0);
  return `\0${u16(QTYPE.OPT)}${u16(edns.payload)}${u32(flags)}${u16(options.length)}${options}`;
}
