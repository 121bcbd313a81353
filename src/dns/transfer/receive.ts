import { DnsSyntaxError } from '../fault.ts';
import { decodeMessage } from '../message/decode.ts';
import type { Message, ResourceRecord } from '../message/message.ts';
import { CLASS, OPCODE, QTYPE, RCODE, rcodeName } from '../message/message.ts';
import { TSIG_ERROR, tsigErrorText } from '../message/tsig.ts';
import type { DomainName } from '../name.ts';
import { isAtOrBelow } from '../name.ts';
import type { Octets } from '../octets.ts';
import { comparableRdata } from '../rdata.ts';
import type { SignatureChain } from './signatures.ts';
import { checkNext, isSealed } from './signatures.ts';

/** A zone transfer while it is received (RFC 5936 section 2.2). */
export interface Transfer {
  readonly zone: DomainName;
  readonly id: number;
  /** Records after which it is given up. */
  readonly maxRecords: number;
  readonly signatures: SignatureChain | undefined;
  /** The record that opened it, and that must close it. */
  soa: ResourceRecord | undefined;
  /** Records so far, the closing SOA not counted. */
  records: number;
}

/** Why a transfer cannot go on. */
export interface TransferFault {
  readonly kind: 'fault';
  readonly reason: 'malformed' | 'rcode' | 'tsig' | 'incomplete' | 'too-large';
  /** One sentence. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/** What a message meant for the transfer. */
export type TransferStep = { readonly kind: 'more' } | { readonly kind: 'complete' } | TransferFault;

const SOA = 6;
const MORE: TransferStep = { kind: 'more' };
const COMPLETE: TransferStep = { kind: 'complete' };

/** A transfer of which nothing has come. */
export function newTransfer(
  zone: DomainName,
  id: number,
  maxRecords: number,
  signatures: SignatureChain | undefined,
): Transfer {
  return { zone, id, maxRecords, signatures, soa: undefined, records: 0 };
}

/**
 * Takes the next message of a transfer and hands its records to `take`, the opening SOA first, the closing one not.
 *
 * What was taken counts only once a step is `complete`: the zone's SOA stood at both ends, nothing lay outside the zone, and
 * with a key every message was signed or followed by a signed one. `now` is in seconds since 1970.
 */
export function takeMessage(
  transfer: Transfer,
  received: Octets,
  now: number,
  take: (record: ResourceRecord) => void,
): TransferStep {
  let message: Message;
  try {
    message = decodeMessage(received);
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
    return malformed(error.message);
  }
  const wrong = headerFault(transfer, message) ?? signatureFault(transfer, received, message, now);
  if (wrong !== undefined) return wrong;
  if (message.answers.length === 0) return malformed('a message of the transfer has no records');
  for (const [index, record] of message.answers.entries()) {
    const step = takeRecord(transfer, record, take);
    if (step.kind === 'more') continue;
    if (step.kind === 'complete' && index !== message.answers.length - 1) {
      return malformed('there are records behind the closing SOA');
    }
    if (step.kind === 'complete' && transfer.signatures !== undefined && !isSealed(transfer.signatures)) {
      return tsigFault('the last message is not signed');
    }
    return step;
  }
  return MORE;
}

function takeRecord(transfer: Transfer, record: ResourceRecord, take: (record: ResourceRecord) => void): TransferStep {
  const { zone, soa } = transfer;
  const isSoa = record.type === SOA && record.owner === zone;
  if (record.class !== CLASS.IN) return malformed(`a record of ${record.owner} is not of class IN`);
  if (soa === undefined) {
    if (!isSoa) return malformed('the transfer does not begin with the SOA of the zone');
    transfer.soa = record;
  } else if (isSoa) {
    if (comparableRdata(SOA, record.rdata) === comparableRdata(SOA, soa.rdata)) return COMPLETE;
    return {
      kind: 'fault',
      reason: 'incomplete',
      message: `the zone ${zone} changed while it was transferred`,
      fix: 'try again',
    };
  } else if (!isAtOrBelow(record.owner, zone)) {
    return malformed(`${record.owner} is not in the zone ${zone}`);
  }
  if (transfer.records === transfer.maxRecords) {
    return {
      kind: 'fault',
      reason: 'too-large',
      message: `the zone ${zone} has more than ${transfer.maxRecords} records`,
      fix: 'raise the limit if the zone is really that large',
    };
  }
  transfer.records++;
  take(record);
  return MORE;
}

function headerFault(transfer: Transfer, message: Message): TransferFault | undefined {
  const { zone, id } = transfer;
  if (!message.response || message.opcode !== OPCODE.QUERY || message.id !== id) {
    return malformed('the message is not a response to the query');
  }
  const [question] = message.questions;
  if (question !== undefined && (question.name !== zone || question.type !== QTYPE.AXFR)) {
    return malformed('the message answers another question');
  }
  if (message.tsig !== undefined && message.tsig.error !== TSIG_ERROR.NONE) {
    return tsigFault(`the server says ${tsigErrorText(message.tsig.error)}`);
  }
  if (message.rcode === RCODE.NOERROR) return undefined;
  return {
    kind: 'fault',
    reason: 'rcode',
    message: `the server answers ${rcodeName(message.rcode)} to a transfer of ${zone}`,
    fix: rcodeFixes.get(message.rcode) ?? "look into the server's log",
  };
}

const rcodeFixes = new Map<number, string>([
  [RCODE.REFUSED, "allow the transfer for this machine's address on the server, or give a TSIG key that it allows"],
  [RCODE.NOTAUTH, 'ask a server that holds the zone, and give the TSIG key if it wants one'],
  [RCODE.FORMERR, 'ask a server that supports AXFR over TCP'],
  [RCODE.NOTIMP, 'ask a server that supports AXFR over TCP'],
]);

function signatureFault(
  { signatures }: Transfer,
  received: Octets,
  message: Message,
  now: number,
): TransferFault | undefined {
  if (signatures === undefined) return undefined;
  const wrong = checkNext(signatures, received, message, now);
  return wrong === undefined ? undefined : tsigFault(wrong);
}

function tsigFault(what: string): TransferFault {
  return {
    kind: 'fault',
    reason: 'tsig',
    message: `the transfer is not signed as it must be: ${what}`,
    fix: 'compare name, algorithm and secret of the key and the clocks on both sides',
  };
}

function malformed(message: string): TransferFault {
  return { kind: 'fault', reason: 'malformed', message, fix: 'check that this is a name server, and its version' };
}
