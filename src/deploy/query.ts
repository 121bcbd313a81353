import { randomInt } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { DnsSyntaxError } from '../dns/fault.ts';
import { decodeHeader, decodeMessage } from '../dns/message/decode.ts';
import { encodeMessage } from '../dns/message/encode.ts';
import type { Message, Question } from '../dns/message/message.ts';
import { newMessage, newQuestion, RCODE } from '../dns/message/message.ts';
import type { Tsig, TsigKey } from '../dns/message/tsig.ts';
import { signMessage, TSIG_ERROR, tsigErrorText, verifyMessage } from '../dns/message/tsig.ts';
import type { DomainName } from '../dns/name.ts';
import type { Octets } from '../dns/octets.ts';
import { fromBuffer, toBuffer } from '../dns/octets.ts';
import type { NetworkFault, ServerAddress } from './network-fault.ts';
import { badAnswer, networkFault, serverText, timedOut } from './network-fault.ts';
import { openChannel, type TcpChannel } from './tcp-channel.ts';

/** How to ask; what is left out has its default. */
export interface QueryOptions {
  /** `auto`: UDP, and TCP where the answer is truncated. Default `auto`. */
  readonly transport?: 'auto' | 'udp' | 'tcp';
  /** Milliseconds to wait for each attempt. Default 2,000. */
  readonly timeoutMs?: number;
  /** Times a query is sent over UDP before it is given up. Default 3. */
  readonly attempts?: number;
  /** The UDP payload stated by EDNS; 0 for a query without EDNS. Default 1,232. */
  readonly payload?: number;
  /** Whether DNSSEC records are wanted (DO); needs EDNS. Default no. */
  readonly dnssecOk?: boolean;
  /** Whether a resolver may look further (RD). Default no. */
  readonly recursionDesired?: boolean;
  /** Whether a resolver may give data that it cannot validate (CD). Default no. */
  readonly checkingDisabled?: boolean;
  /** Signs the query (TSIG); the answer must then be signed too. */
  readonly key?: TsigKey;
}

/** An answer, and over what it came. */
export interface QueryAnswer {
  readonly kind: 'answer';
  readonly message: Message;
  readonly transport: 'udp' | 'tcp';
}

/**
 * Asks a name server one question of class IN. Every query has a random id and, as a socket of its own, a random port;
 * only a response with that id, from that server, to that question counts, anything else is waited past.
 *
 * Nothing is thrown for what a server or network does: the result is the answer, whatever its response code, or a fault.
 */
export async function query(
  server: ServerAddress,
  name: DomainName,
  type: number,
  options: QueryOptions = {},
): Promise<QueryAnswer | NetworkFault> {
  const { transport = 'auto' } = options;
  const attempt = newAttempt(newQuestion(name, type), options);
  if (transport !== 'tcp') {
    const found = await overUdp(server, attempt, options);
    if (found.kind === 'fault' || transport === 'udp' || !found.message.truncated) return found;
  }
  return overTcp(server, newAttempt(attempt.question, options), options);
}

/** A connection over which question after question is asked. */
export interface TcpQueries {
  /** As {@link query} over TCP; one at a time. The connection is made with the first, and anew behind a fault. */
  ask(name: DomainName, type: number, options: QueryOptions): Promise<QueryAnswer | NetworkFault>;
  close(): void;
}

/** Opens one. Nothing is sent yet. */
export function openTcpQueries(server: ServerAddress): TcpQueries {
  let kept: TcpChannel | undefined;
  const close = (): void => {
    kept?.close();
    kept = undefined;
  };
  return {
    close,
    async ask(name, type, options) {
      const isKept = kept !== undefined;
      const channel = kept ?? (await openChannel(server, options.timeoutMs ?? 2000));
      if (channel.kind === 'fault') return channel;
      kept = channel;
      const answer = await exchangeOver(channel, server, newAttempt(newQuestion(name, type), options));
      if (answer.kind === 'answer') return answer;
      close();
      // A server may end a connection whenever it likes.
      return isKept && answer.reason === 'closed'
        ? query(server, name, type, { ...options, transport: 'tcp' })
        : answer;
    },
  };
}

/** A query that is on its way. */
interface Attempt {
  readonly question: Question;
  readonly id: number;
  readonly message: Octets;
  /** Of the query; `undefined` without a key. */
  readonly mac: Octets | undefined;
  readonly key: TsigKey | undefined;
}

function newAttempt(question: Question, options: QueryOptions): Attempt {
  const { payload = 1232, dnssecOk = false, recursionDesired = false, checkingDisabled = false, key } = options;
  const id = randomInt(0x10000);
  const edns = payload === 0 ? undefined : { payload, version: 0, dnssecOk, options: [] };
  const plain = encodeMessage(newMessage({ id, questions: [question], edns, recursionDesired, checkingDisabled }));
  if (key === undefined) return { question, id, message: plain, mac: undefined, key };
  const signed = signMessage(plain, key, { now: clock() });
  return { question, id, message: signed.message, mac: signed.mac, key };
}

async function overTcp(
  server: ServerAddress,
  attempt: Attempt,
  { timeoutMs = 2000 }: QueryOptions,
): Promise<QueryAnswer | NetworkFault> {
  const channel = await openChannel(server, timeoutMs);
  if (channel.kind === 'fault') return channel;
  const answer = await exchangeOver(channel, server, attempt);
  channel.close();
  return answer;
}

async function exchangeOver(
  channel: TcpChannel,
  server: ServerAddress,
  attempt: Attempt,
): Promise<QueryAnswer | NetworkFault> {
  channel.send(attempt.message);
  const received = await channel.receive();
  if (typeof received !== 'string') return received;
  const read = readResponse(server, attempt, received);
  if (read.kind === 'unrelated') return badAnswer(server, 'it belongs to another question');
  return read.kind === 'fault' ? read : { kind: 'answer', message: read.message, transport: 'tcp' };
}

async function overUdp(
  server: ServerAddress,
  attempt: Attempt,
  { timeoutMs = 2000, attempts = 3 }: QueryOptions,
): Promise<QueryAnswer | NetworkFault> {
  let socket: Socket | undefined;
  try {
    const { address, family } = await lookup(server.host);
    socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    return await exchange(socket, { address, port: server.port }, server, attempt, timeoutMs, attempts);
  } catch (error) {
    return networkFault(server, error);
  } finally {
    socket?.close();
  }
}

/** Sends the query until an answer has come or the attempts are used up. Rejects with errors of the socket. */
function exchange(
  socket: Socket,
  to: { address: string; port: number },
  server: ServerAddress,
  attempt: Attempt,
  timeoutMs: number,
  attempts: number,
): Promise<QueryAnswer | NetworkFault> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let bad: NetworkFault | undefined;
    let timer: NodeJS.Timeout | undefined;
    const settle = (result: QueryAnswer | NetworkFault) => {
      clearTimeout(timer);
      resolve(result);
    };
    const send = () => {
      if (sent === attempts) return settle(bad ?? timedOut(server, timeoutMs * attempts));
      sent++;
      timer = setTimeout(send, timeoutMs);
      socket.send(toBuffer(attempt.message));
    };
    socket.on('message', (received) => {
      const read = readResponse(server, attempt, fromBuffer(received));
      if (read.kind === 'response') settle({ kind: 'answer', message: read.message, transport: 'udp' });
      // Anybody can send a datagram that looks like a bad answer: the good one may still come.
      if (read.kind === 'fault') bad = read;
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    // A connected socket takes datagrams of this server only, and is told when nothing listens there.
    socket.on('connect', send);
    socket.connect(to.port, to.address);
  });
}

type Read = { kind: 'response'; message: Message } | { kind: 'unrelated' } | NetworkFault;

function readResponse(server: ServerAddress, attempt: Attempt, received: Octets): Read {
  const header = decodeHeader(received);
  if (header === undefined || !header.response || header.id !== attempt.id) return { kind: 'unrelated' };
  let message: Message;
  try {
    message = decodeMessage(received);
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
    // Some servers cut a truncated message in the middle of a record; its question is then asked again over TCP.
    if (header.truncated)
      return { kind: 'response', message: newMessage({ ...header, questions: [attempt.question] }) };
    return badAnswer(server, error.message);
  }
  if (!answersQuestion(message, attempt.question)) return { kind: 'unrelated' };
  return signatureFault(server, attempt, received, message) ?? { kind: 'response', message };
}

function answersQuestion(message: Message, asked: Question): boolean {
  const [question] = message.questions;
  // A server that could not read the query has no question to give back.
  if (question === undefined) return message.rcode !== RCODE.NOERROR;
  return (
    message.questions.length === 1 &&
    question.spelling === asked.spelling &&
    question.type === asked.type &&
    question.class === asked.class
  );
}

function signatureFault(
  server: ServerAddress,
  { key, mac }: Attempt,
  received: Octets,
  message: Message,
): NetworkFault | undefined {
  if (key === undefined || mac === undefined) return undefined;
  const why = distrust(key, mac, received, message.tsig);
  if (why === undefined) return undefined;
  return {
    kind: 'fault',
    reason: 'tsig',
    message: `the answer of ${serverText(server)} cannot be trusted: ${why}`,
    fix: 'compare name, algorithm and secret of the key and the clocks on both sides',
  };
}

function distrust(key: TsigKey, mac: Octets, received: Octets, tsig: Tsig | undefined): string | undefined {
  if (tsig === undefined) return 'it is not signed';
  if (tsig.error !== TSIG_ERROR.NONE) return `the server says ${tsigErrorText(tsig.error)}`;
  const verdict = verifyMessage(received, tsig, new Map([[key.name, key]]), { now: clock(), priorMac: mac });
  return verdict.kind === 'valid' ? undefined : verdict.reason;
}

/** Seconds since 1970. */
function clock(): number {
  return Math.floor(Date.now() / 1000);
}
