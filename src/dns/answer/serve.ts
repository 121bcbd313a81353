import { DnsSyntaxError } from '../fault.ts';
import { decodeHeader, decodeMessage } from '../message/decode.ts';
import { encodeMessage } from '../message/encode.ts';
import type { Message } from '../message/message.ts';
import { MAX_MESSAGE, newMessage, RCODE } from '../message/message.ts';
import type { Tsig, TsigKey } from '../message/tsig.ts';
import { refuseSignature, signMessage, tsigLength, verifyMessage } from '../message/tsig.ts';
import type { DomainName } from '../name.ts';
import type { Octets } from '../octets.ts';
import type { Transport } from './respond.ts';
import { respond, responseTo, UDP_PAYLOAD } from './respond.ts';
import type { ZoneSet } from './served-zone.ts';
import { transferMessages } from './zone-transfer.ts';

/** What a reply depends on besides the query. */
export interface Service {
  readonly zones: ZoneSet;
  /** Keys that queries may be signed with. */
  readonly keys: ReadonlyMap<DomainName, TsigKey>;
  /** The text for `version.bind` and its like. */
  readonly identity: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/** What became of a query. */
export interface Served {
  /** The query as far as it could be read. */
  readonly query: Message | undefined;
  readonly rcode: number;
  /** The messages to send: one, or those of a transfer, made as they are asked for. */
  readonly messages: Iterable<Octets>;
}

/** The smallest limit of a UDP message, for clients without EDNS (RFC 1035 section 4.2.1). */
const SMALL_UDP = 512;

/**
 * Serves the octets of one query: from what was received to what is to be sent. Never throws, whatever comes.
 * `undefined` where nothing must be sent: less than a header, or a response (two servers would talk for ever).
 */
export function serve(service: Service, received: Octets, transport: Transport): Served | undefined {
  const header = decodeHeader(received);
  if (header === undefined || header.response) return undefined;
  let query: Message;
  try {
    query = decodeMessage(received);
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
    // Without a question that could be read, the header is all there is to give back.
    const unreadable = newMessage(header);
    return {
      query: undefined,
      rcode: RCODE.FORMERR,
      messages: [encodeMessage(responseTo(unreadable, RCODE.FORMERR))],
    };
  }
  if (query.tsig !== undefined) return serveSigned(service, query, query.tsig, received, transport);
  return replyTo(service, query, transport, 0);
}

/** Serves a query with a TSIG record (RFC 8945 section 5.2, 5.3): the response is signed with the same key. */
function serveSigned(service: Service, query: Message, tsig: Tsig, received: Octets, transport: Transport): Served {
  const verdict = verifyMessage(received, tsig, service.keys, { now: service.now });
  if (verdict.kind === 'invalid') {
    const refusal = encodeMessage(responseTo(query, RCODE.NOTAUTH));
    const message =
      verdict.key === undefined
        ? refuseSignature(refusal, tsig, verdict.error)
        : signMessage(refusal, verdict.key, { now: service.now, priorMac: tsig.mac }, verdict.error).message;
    return { query, rcode: RCODE.NOTAUTH, messages: [message] };
  }
  const { key } = verdict;
  const served = replyTo(service, query, transport, tsigLength(key));
  return { ...served, messages: signAll(served.messages, key, tsig.mac, service.now) };
}

/** Signs the messages of one response, each MAC covering the one before (RFC 8945 section 5.3.1). */
function* signAll(messages: Iterable<Octets>, key: TsigKey, queryMac: Octets, now: number): Generator<Octets> {
  let priorMac = queryMac;
  let continued = false;
  for (const message of messages) {
    const done = signMessage(message, key, { now, priorMac, continued });
    yield done.message;
    priorMac = done.mac;
    continued = true;
  }
}

function replyTo(service: Service, query: Message, transport: Transport, reserve: number): Served {
  const reply = respond(service.zones, query, transport, service.identity);
  const { rcode } = reply.message;
  if (reply.kind === 'transfer')
    return { query, rcode, messages: transferMessages(reply.zone, reply.message, reserve) };
  const limit =
    transport === 'tcp' ? MAX_MESSAGE : Math.max(SMALL_UDP, Math.min(query.edns?.payload ?? SMALL_UDP, UDP_PAYLOAD));
  return { query, rcode, messages: [encodeMessage(reply.message, limit - reserve, reply.requiredAdditionals)] };
}
