import type { Message } from '../message/message.ts';
import type { TsigKey } from '../message/tsig.ts';
import { verifyMessage } from '../message/tsig.ts';
import type { Octets } from '../octets.ts';
import { octets } from '../octets.ts';

/** How far the signatures of a response in many messages have been checked (RFC 8945 section 5.3.1). */
export interface SignatureChain {
  readonly key: TsigKey;
  /** The MAC that the next one covers: first the query's. */
  priorMac: Octets;
  /** Messages without a signature since the last one with it. */
  readonly unsigned: Octets[];
  /** Whether a signed message has come. */
  begun: boolean;
}

/** The most messages in a row that may come without a signature (RFC 8945 section 5.3.1). */
const MAX_UNSIGNED = 99;

/** The chain of a response to a query that was signed with `key` and has the MAC `queryMac`. */
export function signatureChain(key: TsigKey, queryMac: Octets): SignatureChain {
  return { key, priorMac: queryMac, unsigned: [], begun: false };
}

/**
 * Takes the next message of the response; gives why it cannot be trusted, `undefined` where nothing is wrong so far.
 * `now` is in seconds since 1970. Unsigned messages are vouched for by the signature behind them: see {@link isSealed}.
 */
export function checkNext(chain: SignatureChain, received: Octets, message: Message, now: number): string | undefined {
  if (message.tsig === undefined) {
    if (!chain.begun) return 'the first message is not signed';
    if (chain.unsigned.length === MAX_UNSIGNED) return `more than ${MAX_UNSIGNED} messages in a row are not signed`;
    chain.unsigned.push(received);
    return undefined;
  }
  const verdict = verifyMessage(received, message.tsig, new Map([[chain.key.name, chain.key]]), {
    now,
    priorMac: chain.priorMac,
    continued: chain.begun,
    unsigned: octets(chain.unsigned.join('')),
  });
  if (verdict.kind === 'invalid') return verdict.reason;
  chain.priorMac = verdict.mac;
  chain.unsigned.length = 0;
  chain.begun = true;
  return undefined;
}

/** Whether every message so far is covered by a signature: the last message of a response must be signed. */
export function isSealed(chain: SignatureChain): boolean {
  return chain.begun && chain.unsigned.length === 0;
}
