import { setTimeout as pause } from 'node:timers/promises';
import { validateAnswer } from '../../dns/dnssec/validate/answer.ts';
import { signedRRsets } from '../../dns/dnssec/validate/signed-rrset.ts';
import { type Message, RCODE, rcodeName } from '../../dns/message/message.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { readU32 } from '../../dns/octets.ts';
import { typeName } from '../../dns/rdata.ts';
import { type RRset, sameRdatas, sameRRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { ServerAddress } from '../network-fault.ts';
import { NodeError } from '../node/node-error.ts';
import { type Gate, inParallel } from '../pool.ts';
import { openTcpQueries, type QueryOptions, query, type TcpQueries } from '../query.ts';
import type { Expectation, ExpectedAnswer } from './expectation.ts';

/** Within which bounds a node is asked. */
export interface VerifyOptions {
  /** Milliseconds after which what is still wrong is wrong for good: servers load in the background. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Bounds the questions that are under way, to all nodes together. */
  readonly gate: Gate;
  /** Seconds since 1970: when signatures have to be valid. */
  readonly now: () => number;
}

const AT_A_TIME = 16;
/** So many connections are open at a time. */
const CONNECTIONS = 2;
const TIMEOUT = 1500;
/** Milliseconds after which a server that has taken the order to load is asked again for the first time. */
const FIRST_WAIT = 4;

/** One question, and what its answer has to be. */
interface Check {
  readonly name: DomainName;
  readonly type: number;
  readonly dnssecOk: boolean;
  readonly judge: Judge;
}

type Ask = (name: DomainName, type: number, options: QueryOptions) => ReturnType<typeof query>;

/** Judges one answer: `undefined` where it is as it should be, else what is wrong with it. */
type Judge = (message: Message) => string | undefined;

/**
 * Asks a node everything that is expected of it, over UDP and over TCP, until all is as it should be.
 *
 * @throws NodeError with the first thing that is not when the patience is over.
 */
export async function verifyAnswers(
  server: ServerAddress,
  { serials, gone, answers, sample }: Expectation,
  options: VerifyOptions,
): Promise<void> {
  const deadline = Date.now() + options.patienceMs;
  const checks: Check[] = [
    ...serials.map(({ apex, serial }) => ({
      name: apex,
      type: SOA.code,
      dnssecOk: false,
      judge: hasSerial(apex, serial),
    })),
    ...sample.map(({ apex, serial }) => ({
      name: apex,
      type: SOA.code,
      dnssecOk: false,
      judge: hasSerial(apex, serial),
    })),
    ...gone.map((apex) => ({ name: apex, type: SOA.code, dnssecOk: false, judge: isNotServed(apex) })),
    ...answers.map((each) => ({
      name: each.owner,
      type: each.type,
      dnssecOk: each.trust !== undefined,
      judge: isAsCompiled(each, options.now),
    })),
  ];
  const overUdp: Ask = (name, type, how) => query(server, name, type, { ...how, transport: 'udp' });
  const verify = async ({ name, type, dnssecOk, judge }: Check, transport: 'udp' | 'tcp', ask: Ask): Promise<void> => {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, 500)) {
      if (options.signal.aborted) throw new NodeError('interrupted', 'interrupted', 'run the same command again');
      const answer = await options.gate(() => ask(name, type, { dnssecOk, timeoutMs: TIMEOUT, attempts: 2 }));
      const wrong = answer.kind === 'fault' ? answer.message : judgeAnswer(answer.message, transport, judge);
      if (wrong === undefined) return;
      if (Date.now() >= deadline) {
        const what = answer.kind === 'fault' ? 'gets no answer' : 'is answered otherwise than it was compiled';
        throw new NodeError(
          'failed',
          `${displayName(name)} ${typeName(type)} ${what} over ${transport.toUpperCase()}: ${wrong}`,
          'look at the log of the name server',
        );
      }
      await pause(wait);
    }
  };
  const lines = Array.from({ length: Math.min(CONNECTIONS, checks.length) }, () => openTcpQueries(server));
  const left = [...lines];
  try {
    await Promise.all([
      inParallel(checks, AT_A_TIME, (check) => verify(check, 'udp', overUdp)),
      inParallel(checks, lines.length, async (check) => {
        // As many are at work as there are connections.
        const line = left.pop() as TcpQueries;
        await verify(check, 'tcp', line.ask);
        left.push(line);
      }),
    ]);
  } finally {
    for (const line of lines) line.close();
  }
}

/** A truncated answer over UDP is right: over TCP all of it is asked for. */
function judgeAnswer(message: Message, transport: 'udp' | 'tcp', judge: Judge): string | undefined {
  return transport === 'udp' && message.truncated ? undefined : judge(message);
}

function hasSerial(apex: DomainName, serial: Serial): Judge {
  return (message) => {
    const soa = find(message, 'answers', apex, SOA.code)?.rdatas[0];
    if (soa === undefined) return `no SOA (${rcodeName(message.rcode)})`;
    if (!message.authoritative) return 'without authority';
    const served = readU32(soa, soa.length - 20);
    return served === serial ? undefined : `serial ${served}, not ${serial}`;
  };
}

function isNotServed(apex: DomainName): Judge {
  return (message) =>
    message.authoritative && find(message, 'answers', apex, SOA.code) !== undefined
      ? 'the zone is still served'
      : undefined;
}

function isAsCompiled({ owner, type, expected, trust }: ExpectedAnswer, now: () => number): Judge {
  return (message) => {
    const { rcode } = message;
    if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return rcodeName(rcode);
    const found = find(message, expected.kind === 'referral' ? 'authorities' : 'answers', owner, type);
    if (expected.kind === 'referral') {
      if (found === undefined) return 'no delegation';
      return sameRdatas(found, expected.rrset) ? undefined : 'other name servers';
    }
    if (!message.authoritative) return 'without authority';
    if (expected.kind === 'gone' && found !== undefined) return 'it is still there';
    if (expected.kind === 'answer') {
      if (found === undefined) return `no such record (${rcodeName(rcode)})`;
      if (!sameRRset(found, expected.rrset)) return 'other records or another TTL';
    }
    if (trust === undefined) return undefined;
    const verdict = validateAnswer([trust], { name: owner, type }, message, { now: now() });
    if (verdict.kind === 'secure' || (verdict.kind === 'insecure' && expected.kind === 'gone')) return undefined;
    return verdict.reason;
  };
}

function find(
  message: Message,
  section: 'answers' | 'authorities',
  owner: DomainName,
  type: number,
): RRset | undefined {
  return signedRRsets(message[section]).find(({ rrset }) => rrset.owner === owner && rrset.type === type)?.rrset;
}
