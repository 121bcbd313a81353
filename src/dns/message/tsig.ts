import { createHmac, getHashes, timingSafeEqual } from 'node:crypto';
import { DnsSyntaxError, quoted } from '../fault.ts';
import type { DomainName } from '../name.ts';
import { domainToWire, parseName, wireNameToDomain } from '../name.ts';
import type { Octets } from '../octets.ts';
import { fromBuffer, octets, readU16, readU32, toBuffer, u16, u32 } from '../octets.ts';
import { expandName } from '../rdata.ts';
import { CLASS, MAX_MESSAGE, QTYPE } from './message.ts';

/** The errors a TSIG record can state (RFC 8945 section 3). */
export const TSIG_ERROR = { NONE: 0, BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

const errorTexts = new Map<number, string>([
  [TSIG_ERROR.BADSIG, 'that the signature is wrong (BADSIG): the secrets differ'],
  [TSIG_ERROR.BADKEY, 'that it does not know the key under this name and algorithm (BADKEY)'],
  [TSIG_ERROR.BADTIME, 'that the clocks differ too much (BADTIME)'],
  [TSIG_ERROR.BADTRUNC, 'that the signature is too short (BADTRUNC)'],
]);

/** What a server means by a TSIG error, to go behind "the server says". */
export function tsigErrorText(error: number): string {
  return errorTexts.get(error) ?? `TSIG error ${error}`;
}

/** The algorithms (RFC 8945 section 6): what each is called on the wire and in `node:crypto`. */
const algorithms = {
  'hmac-sha256': { wire: 'hmac-sha256.', hash: 'sha256' },
  'hmac-sha512': { wire: 'hmac-sha512.', hash: 'sha512' },
  'hmac-sha384': { wire: 'hmac-sha384.', hash: 'sha384' },
  'hmac-sha224': { wire: 'hmac-sha224.', hash: 'sha224' },
  'hmac-sha1': { wire: 'hmac-sha1.', hash: 'sha1' },
  'hmac-md5': { wire: 'hmac-md5.sig-alg.reg.int.', hash: 'md5' },
} as const;

/** The algorithm of a key, as configuration files spell it. */
export type TsigAlgorithm = keyof typeof algorithms;

/** A shared secret (RFC 8945 section 2). */
export interface TsigKey {
  readonly name: DomainName;
  readonly algorithm: TsigAlgorithm;
  /** Raw octets, not base64. */
  readonly secret: Octets;
}

/** The TSIG record of a message (RFC 8945 section 4.2) and where it starts there. */
export interface Tsig {
  readonly keyName: DomainName;
  readonly algorithm: DomainName;
  /** Seconds since 1970. */
  readonly timeSigned: number;
  /** Seconds. */
  readonly fudge: number;
  readonly mac: Octets;
  readonly originalId: number;
  readonly error: number;
  readonly otherData: Octets;
  /** Offset of the record in the message. */
  readonly start: number;
}

/** What a MAC covers besides its message (RFC 8945 section 4.3). */
export interface TsigContext {
  /** Seconds since 1970. */
  readonly now: number;
  /** The MAC of the query, when it is about a response; that of the message before, when `continued`. */
  readonly priorMac?: Octets;
  /** Second and later messages of one response (RFC 8945 section 5.3.1). */
  readonly continued?: boolean;
  /** The unsigned messages since the last signed one, one behind the other. */
  readonly unsigned?: Octets;
}

/** A signed message and its MAC, which the response's MAC covers. */
export interface SignedMessage {
  readonly message: Octets;
  readonly mac: Octets;
}

/** Whether a message is what the holder of the key sent, and not long ago. */
export type TsigVerdict =
  | { readonly kind: 'valid'; readonly key: TsigKey; readonly mac: Octets }
  /** `key` is there where the MAC is right and only the time is not. */
  | { readonly kind: 'invalid'; readonly error: number; readonly reason: string; readonly key?: TsigKey };

/**
 * Reads a key in the form that `dig -y` and `kdig -y` take, `[ALGORITHM:]NAME:BASE64`; hmac-sha256 where none is named.
 * Throws {@link DnsSyntaxError}; the secret is never part of the message.
 */
export function parseTsigKey(text: string): TsigKey {
  const parts = text.split(':');
  const [algorithm, name, secret] = parts.length === 2 ? ['hmac-sha256', parts[0], parts[1]] : parts;
  if (!name || secret === undefined || algorithm === undefined || parts.length > 3) {
    throw new DnsSyntaxError('the TSIG key has not the parts it must have', 'write ALGORITHM:NAME:BASE64', 'tsig-key');
  }
  const lower = algorithm.toLowerCase();
  if (!isTsigAlgorithm(lower)) {
    throw new DnsSyntaxError(
      `${quoted(algorithm)} is not a TSIG algorithm`,
      `use one of ${Object.keys(algorithms).join(', ')}`,
      'tsig-key',
    );
  }
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(secret) || secret === '') {
    throw new DnsSyntaxError(
      'the secret of the TSIG key is not base64',
      'write the secret as base64 in one word',
      'tsig-key',
    );
  }
  return {
    name: parseName(name.endsWith('.') ? name : `${name}.`),
    algorithm: lower,
    secret: octets(Buffer.from(secret, 'base64').toString('latin1')),
  };
}

function isTsigAlgorithm(text: string): text is TsigAlgorithm {
  return Object.hasOwn(algorithms, text);
}

/** Reads the rdata of a TSIG record. Throws {@link DnsSyntaxError} where it is not one. */
export function readTsig(message: Octets, keyName: DomainName, start: number, at: number, length: number): Tsig {
  const limit = at + length;
  const algorithm = expandName(message, at, limit);
  const macAt = algorithm.end + 10;
  const macLength = macAt <= limit ? readU16(message, macAt - 2) : MAX_MESSAGE;
  const after = macAt + macLength;
  const otherLength = after + 6 <= limit ? readU16(message, after + 4) : MAX_MESSAGE;
  if (after + 6 + otherLength !== limit) {
    throw new DnsSyntaxError('the TSIG record is malformed', 'check where the data comes from', 'message-syntax');
  }
  return {
    keyName,
    algorithm: wireNameToDomain(algorithm.wire, 0),
    timeSigned: readU16(message, algorithm.end) * 0x100000000 + readU32(message, algorithm.end + 2),
    fudge: readU16(message, algorithm.end + 6),
    mac: octets(message.slice(macAt, after)),
    originalId: readU16(message, after),
    error: readU16(message, after + 2),
    otherData: octets(message.slice(after + 6, limit)),
    start,
  };
}

/** Seconds that clocks may differ (RFC 8945 section 10). */
const FUDGE = 300;

/** The octets that {@link signMessage} adds, so that a message can be kept small enough. */
export function tsigLength(key: TsigKey): number {
  const { wire, hash } = algorithms[key.algorithm];
  const mac = createHmac(hash, '').digest().length;
  return domainToWire(key.name).length + 10 + domainToWire(wire as DomainName).length + 16 + mac;
}

/**
 * Adds a TSIG record to an encoded message that has none (RFC 8945 section 5.1, 5.3).
 * With `error` BADTIME the server's time goes along, as section 5.2.3 says.
 */
export function signMessage(
  message: Octets,
  key: TsigKey,
  context: TsigContext,
  error: number = TSIG_ERROR.NONE,
): SignedMessage {
  const otherData = error === TSIG_ERROR.BADTIME ? u48(context.now) : octets('');
  const facts = { timeSigned: context.now, fudge: FUDGE, error, otherData };
  const mac = macOf(message, key, facts, context);
  return { message: withRecord(message, key.name, algorithms[key.algorithm].wire as DomainName, facts, mac), mac };
}

/** Adds a TSIG record with an error and no MAC: the answer to a key or a MAC that is not right (RFC 8945 section 5.3.2). */
export function refuseSignature(message: Octets, query: Tsig, error: number): Octets {
  const facts = { timeSigned: query.timeSigned, fudge: query.fudge, error, otherData: octets('') };
  return withRecord(message, query.keyName, query.algorithm, facts, octets(''));
}

/**
 * Checks the TSIG record of a message (RFC 8945 section 5.2, 5.3.1): key, MAC, then time. MACs that are cut short are
 * refused. `tsig` is what the decoder found in this very `message`.
 */
export function verifyMessage(
  message: Octets,
  tsig: Tsig,
  keys: ReadonlyMap<DomainName, TsigKey>,
  context: TsigContext,
): TsigVerdict {
  const key = keys.get(tsig.keyName);
  if (key === undefined || tsig.algorithm !== algorithms[key.algorithm].wire) {
    return {
      kind: 'invalid',
      error: TSIG_ERROR.BADKEY,
      reason: `the key ${tsig.keyName} with ${tsig.algorithm} is not known`,
    };
  }
  if (!getHashes().includes(algorithms[key.algorithm].hash)) {
    return { kind: 'invalid', error: TSIG_ERROR.BADKEY, reason: `${key.algorithm} is not available on this machine` };
  }
  // The MAC covers the message as it was before the record was added, under its first id (RFC 8945 section 5.2.2).
  const bare = octets(
    u16(tsig.originalId) + message.slice(2, 10) + u16(readU16(message, 10) - 1) + message.slice(12, tsig.start),
  );
  const expected = toBuffer(macOf(bare, key, tsig, context));
  if (tsig.mac.length < expected.length) {
    return { kind: 'invalid', error: TSIG_ERROR.BADTRUNC, reason: 'the MAC is cut short' };
  }
  const given = toBuffer(tsig.mac);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return {
      kind: 'invalid',
      error: TSIG_ERROR.BADSIG,
      reason: 'the MAC is not right: another secret, or changed data',
    };
  }
  if (Math.abs(context.now - tsig.timeSigned) > tsig.fudge) {
    return {
      kind: 'invalid',
      error: TSIG_ERROR.BADTIME,
      reason: `the clocks differ by ${Math.abs(context.now - tsig.timeSigned)} seconds`,
      key,
    };
  }
  return { kind: 'valid', key, mac: tsig.mac };
}

type Facts = Pick<Tsig, 'timeSigned' | 'fudge' | 'error' | 'otherData'>;

function macOf(message: Octets, key: TsigKey, facts: Facts, context: TsigContext): Octets {
  const { hash, wire } = algorithms[key.algorithm];
  const hmac = createHmac(hash, toBuffer(key.secret));
  if (context.priorMac !== undefined) hmac.update(u16(context.priorMac.length) + context.priorMac, 'latin1');
  if (context.unsigned !== undefined) hmac.update(context.unsigned, 'latin1');
  hmac.update(message, 'latin1');
  const timers = u48(facts.timeSigned) + u16(facts.fudge);
  const variables =
    domainToWire(key.name) +
    u16(CLASS.ANY) +
    u32(0) +
    domainToWire(wire as DomainName) +
    timers +
    u16(facts.error) +
    u16(facts.otherData.length) +
    facts.otherData;
  hmac.update(context.continued === true ? timers : variables, 'latin1');
  return fromBuffer(hmac.digest());
}

function withRecord(message: Octets, name: DomainName, algorithm: DomainName, facts: Facts, mac: Octets): Octets {
  const rdata =
    domainToWire(algorithm) +
    u48(facts.timeSigned) +
    u16(facts.fudge) +
    u16(mac.length) +
    mac +
    message.slice(0, 2) +
    u16(facts.error) +
    u16(facts.otherData.length) +
    facts.otherData;
  const count = u16(readU16(message, 10) + 1);
  const head = domainToWire(name) + u16(QTYPE.TSIG) + u16(CLASS.ANY) + u32(0);
  return octets(message.slice(0, 10) + count + message.slice(12) + head + u16(rdata.length) + rdata);
}

function u48(value: number): Octets {
  return octets(u16(Math.floor(value / 0x100000000)) + u32(value % 0x100000000));
}
