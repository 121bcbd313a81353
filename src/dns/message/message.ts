import type { DomainName } from '../name.ts';
import { domainToWire } from '../name.ts';
import type { Octets, Rdata } from '../octets.ts';
import type { Tsig } from './tsig.ts';

/** Classes (RFC 1035 section 3.2.4, RFC 2136 section 2.4). */
export const CLASS = { IN: 1, CH: 3, NONE: 254, ANY: 255 } as const;

/** Operation codes (RFC 6895 section 2.2). */
export const OPCODE = { QUERY: 0, NOTIFY: 4, UPDATE: 5 } as const;

/** Response codes, extended ones included (RFC 6895 section 2.3). */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
} as const;

/** Types that are asked for and never stored (RFC 6895 section 3.1). */
export const QTYPE = { OPT: 41, TKEY: 249, TSIG: 250, IXFR: 251, AXFR: 252, MAILB: 253, MAILA: 254, ANY: 255 } as const;

/** The most octets of a message: what the length in front of a message on TCP can say (RFC 1035 section 4.2.2). */
export const MAX_MESSAGE = 65535;

/** What is asked (RFC 1035 section 4.1.2). */
export interface Question {
  readonly name: DomainName;
  /** The name in wire form as it was spelt. A response gives it back like that, so that a client can tell its own. */
  readonly spelling: Octets;
  readonly type: number;
  readonly class: number;
}

/** One record of a message (RFC 1035 section 4.1.3). */
export interface ResourceRecord {
  readonly owner: DomainName;
  readonly type: number;
  readonly class: number;
  /** Seconds. */
  readonly ttl: number;
  /** Uncompressed. Empty where an update's record has none (RFC 2136 section 2.5). */
  readonly rdata: Rdata;
}

/** An EDNS option, not interpreted (RFC 6891 section 6.1.2). */
export interface EdnsOption {
  readonly code: number;
  readonly data: Octets;
}

/** The OPT pseudo-record (RFC 6891); the upper bits of the response code stand in the message's `rcode`. */
export interface Edns {
  /** The largest UDP message that the sender takes, in octets. */
  readonly payload: number;
  readonly version: number;
  /** Whether DNSSEC records are wanted (RFC 3225). */
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

/** A message (RFC 1035 section 4). OPT and TSIG stand beside the additional section, not in it. */
export interface Message {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** Twelve bits with EDNS, four without. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
  /** Set by the decoder only; a message is signed after it is encoded. */
  readonly tsig: Tsig | undefined;
}

/** A message with nothing set but what is given: no flags, no records, opcode QUERY. */
export function newMessage(settings: Partial<Message> = {}): Message {
  return {
    id: 0,
    response: false,
    opcode: OPCODE.QUERY,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: RCODE.NOERROR,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    edns: undefined,
    tsig: undefined,
    ...settings,
  };
}

/** A question of class IN, its name spelt in lower case. */
export function newQuestion(name: DomainName, type: number): Question {
  return { name, spelling: domainToWire(name), type, class: CLASS.IN };
}

const rcodeNames = new Map<number, string>(Object.entries(RCODE).map(([name, code]) => [code, name]));

/** The name of a response code; `RCODE23` for one that has none here. */
export function rcodeName(code: number): string {
  return rcodeNames.get(code) ?? `RCODE${code}`;
}
