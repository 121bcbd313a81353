import { addRecord, finishMessage, SECTION, startMessage } from '../message/encode.ts';
import type { Message, ResourceRecord } from '../message/message.ts';
import { CLASS, MAX_MESSAGE, RCODE } from '../message/message.ts';
import type { Octets } from '../octets.ts';
import type { RRset } from '../rrset.ts';
import type { ServedZone } from './served-zone.ts';

/** Octets of one message of a transfer, unless one record needs more: as far as names can be pointed back at. */
const PACKET = 16384;

/**
 * The messages of a zone transfer (RFC 5936 section 2.2): the SOA first and last, everything else of the zone, glue and
 * occluded names included, between them. Made one at a time, as the client takes them; each leaves `reserve` octets free.
 */
export function* transferMessages(zone: ServedZone, head: Message, reserve = 0): Generator<Octets> {
  let message = head;
  let writer = startMessage(message, PACKET - reserve);
  for (const record of transferRecords(zone)) {
    if (addRecord(writer, SECTION.ANSWER, record)) continue;
    if (writer.counts[SECTION.ANSWER] > 0) yield finishMessage(writer, message);
    // Only the first message has to repeat the question (RFC 5936 section 2.2.2).
    message = { ...head, questions: [] };
    writer = startMessage(message, PACKET - reserve);
    if (addRecord(writer, SECTION.ANSWER, record)) continue;
    writer = startMessage(message, MAX_MESSAGE - reserve);
    if (addRecord(writer, SECTION.ANSWER, record)) continue;
    // A record that no message can hold: an error here makes the client throw away what it has (RFC 5936 section 2.2).
    message = { ...message, rcode: RCODE.SERVFAIL };
    break;
  }
  yield finishMessage(writer, message);
}

function* transferRecords(zone: ServedZone): Generator<ResourceRecord> {
  yield* recordsOfRRset(zone.soa);
  for (const rrsets of zone.owners.values()) {
    for (const rrset of rrsets) if (rrset !== zone.soa) yield* recordsOfRRset(rrset);
  }
  yield* recordsOfRRset(zone.soa);
}

function* recordsOfRRset({ owner, type, ttl, rdatas }: RRset): Generator<ResourceRecord> {
  for (const rdata of rdatas) yield { owner, type, class: CLASS.IN, ttl, rdata };
}
