import type { Octets } from '../octets.ts';
import { fromBuffer, u16 } from '../octets.ts';
import { MAX_MESSAGE } from './message.ts';

/** A message with its length in front, as it travels on TCP (RFC 1035 section 4.2.2), ready to be sent in one piece. */
export function frame(message: Octets): Buffer {
  return Buffer.from(u16(message.length) + message, 'latin1');
}

/**
 * Cuts a TCP stream into messages (RFC 7766 section 8: a message may come in any pieces). What it holds back is less than
 * one message, so its memory is bounded.
 */
export interface Deframer {
  readonly chunks: Buffer[];
  size: number;
}

/** A stream of which nothing has come yet. */
export function newDeframer(): Deframer {
  return { chunks: [], size: 0 };
}

/** Takes the next piece of the stream and gives the messages that are complete with it. */
export function deframe(deframer: Deframer, piece: Buffer): Octets[] {
  deframer.chunks.push(piece);
  deframer.size += piece.length;
  if (deframer.size < 2 || deframer.size < 2 + firstLength(deframer)) return [];
  const all = deframer.chunks.length === 1 ? piece : Buffer.concat(deframer.chunks);
  const messages: Octets[] = [];
  let at = 0;
  while (at + 2 <= all.length) {
    const end = at + 2 + all.readUInt16BE(at);
    if (end > all.length) break;
    messages.push(fromBuffer(all.subarray(at + 2, end)));
    at = end;
  }
  deframer.chunks.length = 0;
  deframer.size = all.length - at;
  // A copy, so that the few octets held back do not keep the whole piece in memory.
  if (deframer.size > 0) deframer.chunks.push(Buffer.from(all.subarray(at)));
  return messages;
}

function firstLength(deframer: Deframer): number {
  const [first, second] = deframer.chunks as [Buffer, Buffer?];
  if (first.length >= 2) return first.readUInt16BE(0);
  return first.length === 1 && second !== undefined && second.length > 0
    ? ((first[0] as number) << 8) | (second[0] as number)
    : MAX_MESSAGE;
}
