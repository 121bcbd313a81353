import { randomInt } from 'node:crypto';
import { encodeMessage } from '../dns/message/encode.ts';
import type { ResourceRecord } from '../dns/message/message.ts';
import { newMessage, newQuestion, QTYPE } from '../dns/message/message.ts';
import type { TsigKey } from '../dns/message/tsig.ts';
import { signMessage } from '../dns/message/tsig.ts';
import type { DomainName } from '../dns/name.ts';
import type { TransferFault } from '../dns/transfer/receive.ts';
import { newTransfer, takeMessage } from '../dns/transfer/receive.ts';
import { signatureChain } from '../dns/transfer/signatures.ts';
import type { NetworkFault, ServerAddress } from './network-fault.ts';
import { serverText } from './network-fault.ts';
import { openChannel } from './tcp-channel.ts';

/** Which zone to fetch, from where, and within which bounds. */
export interface TransferRequest {
  readonly server: ServerAddress;
  readonly zone: DomainName;
  /** Signs the query; every answer must then be signed too. */
  readonly key?: TsigKey;
  /** Milliseconds to connect, and to wait for each message. Default 10,000. */
  readonly timeoutMs?: number;
  /** Records after which it is given up. Default 10,000,000. */
  readonly maxRecords?: number;
}

/** A transfer that has come to its end: the zone is complete. */
export interface TransferDone {
  readonly kind: 'complete';
  /** Records that were taken, the closing SOA not counted. */
  readonly records: number;
}

/**
 * Fetches a zone by AXFR over TCP (RFC 5936) and hands its records to `take` as they come, the SOA first and once.
 *
 * What was taken counts only when the result is `complete`. Nothing is thrown for what a server or network does: the result
 * is a fault with a sentence and a remedy.
 */
export async function transferZone(
  request: TransferRequest,
  take: (record: ResourceRecord) => void,
): Promise<TransferDone | TransferFault | NetworkFault> {
  const { server, zone, key, timeoutMs = 10_000, maxRecords = 10_000_000 } = request;
  const channel = await openChannel(server, timeoutMs);
  if (channel.kind === 'fault') return channel;
  try {
    const id = randomInt(0x10000);
    const plain = encodeMessage(newMessage({ id, questions: [newQuestion(zone, QTYPE.AXFR)] }));
    const signed = key === undefined ? undefined : signMessage(plain, key, { now: clock() });
    channel.send(signed?.message ?? plain);
    const chain = key === undefined || signed === undefined ? undefined : signatureChain(key, signed.mac);
    const transfer = newTransfer(zone, id, maxRecords, chain);
    for (;;) {
      const received = await channel.receive();
      if (typeof received !== 'string') return received;
      const step = takeMessage(transfer, received, clock(), take);
      if (step.kind === 'complete') return { kind: 'complete', records: transfer.records };
      if (step.kind === 'fault') return { ...step, message: `${serverText(server)}: ${step.message}` };
    }
  } finally {
    channel.close();
  }
}

/** Seconds since 1970. */
function clock(): number {
  return Math.floor(Date.now() / 1000);
}
