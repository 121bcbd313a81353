import type { Message, Question, ResourceRecord } from '../message/message.ts';
import { CLASS, OPCODE, QTYPE, RCODE } from '../message/message.ts';
import type { Rdata } from '../octets.ts';
import { readU32 } from '../octets.ts';
import type { RRset } from '../rrset.ts';
import { isGreaterSerial, serial } from '../serial.ts';
import { answer } from './answer.ts';
import { identityOf } from './chaos.ts';
import type { ServedZone, ZoneSet } from './served-zone.ts';
import { TYPE } from './served-zone.ts';

/** How a query came. */
export type Transport = 'udp' | 'tcp';

/** What to send back. */
export type Reply =
  /** One message. The first `requiredAdditionals` of its additional records must not be left out. */
  | { readonly kind: 'message'; readonly message: Message; readonly requiredAdditionals: number }
  /** A whole zone, in messages with the header of this one (RFC 5936). */
  | { readonly kind: 'transfer'; readonly message: Message; readonly zone: ServedZone };

/** The UDP payload that the server states and keeps to: it passes unfragmented on nearly every path (DNS flag day 2020). */
export const UDP_PAYLOAD = 1232;

/**
 * Replies to a query that could be read.
 *
 * ANY is answered in full over TCP; over UDP what would not be empty is sent truncated without records, so that the question
 * comes again over TCP: RFC 8482 leaves the choice, and a forged source address is sent nothing large. A transfer is given
 * over TCP only; IXFR gives the whole zone, or its SOA alone where the client is up to date or asks over UDP (RFC 1995
 * sections 2 and 4).
 */
export function respond(zones: ZoneSet, query: Message, transport: Transport, identity: string): Reply {
  const [question] = query.questions;
  const { edns } = query;
  if (edns !== undefined && edns.version > 0) return bare(query, RCODE.BADVERS);
  if (query.opcode !== OPCODE.QUERY) return bare(query, RCODE.NOTIMP);
  if (question === undefined || query.questions.length > 1) return bare(query, RCODE.FORMERR);
  if (question.class === CLASS.CH) return chaos(query, question, identity);
  if (question.class !== CLASS.IN) return bare(query, RCODE.REFUSED);
  switch (question.type) {
    case QTYPE.OPT:
    case QTYPE.TKEY:
    case QTYPE.TSIG:
      return bare(query, RCODE.FORMERR);
    case QTYPE.MAILA:
    case QTYPE.MAILB:
      return bare(query, RCODE.NOTIMP);
    case QTYPE.AXFR:
    case QTYPE.IXFR:
      return transfer(zones, query, question, transport);
  }
  const found = answer(zones, question.name, question.type, edns?.dnssecOk === true);
  if (question.type === QTYPE.ANY && transport === 'udp' && found.answers.length > 0) {
    return bare(query, RCODE.NOERROR, { authoritative: true, truncated: true });
  }
  const reply = bare(query, found.rcode, {
    authoritative: found.authoritative,
    answers: recordsOf(found.answers),
    authorities: recordsOf(found.authorities),
    additionals: recordsOf(found.additionals),
  });
  const required = found.additionals.slice(0, found.requiredAdditionals);
  return { ...reply, requiredAdditionals: recordsOf(required).length };
}

/** A response to `query` with nothing in it but its question and what `settings` give. */
export function responseTo(query: Message, rcode: number, settings: Partial<Message> = {}): Message {
  return {
    ...query,
    response: true,
    authoritative: false,
    truncated: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode,
    answers: [],
    authorities: [],
    additionals: [],
    edns:
      query.edns === undefined
        ? undefined
        : { payload: UDP_PAYLOAD, version: 0, dnssecOk: query.edns.dnssecOk, options: [] },
    tsig: undefined,
    ...settings,
  };
}

/** The records of RRsets, in order. */
export function recordsOf(rrsets: readonly RRset[], recordClass: number = CLASS.IN): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (const { owner, type, ttl, rdatas } of rrsets) {
    for (const rdata of rdatas) records.push({ owner, type, class: recordClass, ttl, rdata });
  }
  return records;
}

function bare(query: Message, rcode: number, settings?: Partial<Message>): Reply & { kind: 'message' } {
  return { kind: 'message', message: responseTo(query, rcode, settings), requiredAdditionals: 0 };
}

function chaos(query: Message, question: Question, identity: string): Reply {
  const rrset = identityOf(question.name, question.type, identity);
  if (rrset === undefined) return bare(query, RCODE.REFUSED);
  return bare(query, RCODE.NOERROR, { authoritative: true, answers: recordsOf([rrset], CLASS.CH) });
}

function transfer(zones: ZoneSet, query: Message, question: Question, transport: Transport): Reply {
  const zone = zones.get(question.name);
  // RFC 5936 section 2.2.1: NOTAUTH where the name is not the apex of a zone held.
  if (zone === undefined) return bare(query, RCODE.NOTAUTH);
  if (question.type === QTYPE.IXFR) {
    const known = query.authorities.find(({ owner, type }) => type === TYPE.SOA && owner === zone.apex);
    if (known === undefined) return bare(query, RCODE.FORMERR);
    if (transport === 'udp' || !isGreaterSerial(serialOf(zone.soa.rdatas[0] as Rdata), serialOf(known.rdata))) {
      return bare(query, RCODE.NOERROR, { authoritative: true, answers: recordsOf([zone.soa]) });
    }
  } else if (transport === 'udp') {
    return bare(query, RCODE.NOTIMP);
  }
  return { kind: 'transfer', message: responseTo(query, RCODE.NOERROR, { authoritative: true }), zone };
}

/** The serial stands before the four timers at the end of an SOA. */
function serialOf(soa: Rdata) {
  return serial(readU32(soa, soa.length - 20));
}
