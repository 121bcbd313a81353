import type { KeyObject, sign, verify } from 'node:crypto';

/** Data to be signed, as it goes to a worker, and where the signatures are put. */
export interface Batch {
  /** Everything to be signed, one behind the other. */
  readonly data: Uint8Array;
  /** Where each piece ends. */
  readonly ends: Uint32Array;
  /** Which key signs each piece: its place among the keys of the session. */
  readonly keys: Uint16Array;
  /** Octets with a gap for each signature. */
  readonly into: Uint8Array;
  /** Where the gaps begin. How long they are follows from the key. */
  readonly gaps: Uint32Array;
  /** Whether signatures are put there in base64. */
  readonly base64: boolean;
}

/** A batch with what else a thread has to know. */
export interface Order {
  readonly batch: Batch;
  readonly keys: readonly ReadyKey[];
  /** The pieces whose signatures are verified, in their order. */
  readonly tries: readonly number[];
}

/** A key as `sign` of node:crypto takes it: made once, and used many times. */
export interface ReadyKey {
  readonly hash: string | null;
  readonly key: KeyObject;
  /** Of ECDSA: how many octets each of the two numbers takes that are a signature (RFC 6605 section 4). */
  readonly number: number | undefined;
}

/**
 * Signs a batch: fills in its gaps. Gives the keys by which a signature was made that is not good: their private half is that
 * of another one. Workers run this function from its text, so it refers to nothing outside itself.
 */
export function signBatch(signOne: typeof sign, verifyOne: typeof verify, { batch, keys, tries }: Order): number[] {
  const { data, ends, into, gaps, base64 } = batch;
  const bad: number[] = [];
  let tried = 0;
  const letters = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');
  let from = 0;
  for (let i = 0; i < ends.length; i++) {
    const { hash, key, number } = keys[batch.keys[i] as number] as ReadyKey;
    const end = ends[i] as number;
    const piece = data.subarray(from, end);
    let signature: Uint8Array = signOne(hash, piece, key);
    from = end;
    if (number !== undefined) {
      // The numbers as integers in DER: node:crypto can take them out of it as well, but not as fast.
      const numbers = new Uint8Array(2 * number);
      let behind = 2;
      for (let to = number; to <= 2 * number; to += number) {
        const length = signature[behind + 1] as number;
        behind += 2 + length;
        for (let j = Math.min(length, number); j > 0; j--) numbers[to - j] = signature[behind - j] as number;
      }
      signature = numbers;
    }
    if (i === tries[tried]) {
      // As it will stand in the zone, not as it was made.
      if (!verifyOne(hash, piece, { key, dsaEncoding: 'ieee-p1363' }, signature)) bad.push(batch.keys[i] as number);
      tried++;
    }
    let at = gaps[i] as number;
    if (!base64) {
      into.set(signature, at);
      continue;
    }
    const { length } = signature;
    for (let j = 0; j < length; j += 3) {
      const three =
        ((signature[j] as number) << 16) | ((signature[j + 1] as number) << 8) | (signature[j + 2] as number);
      into[at++] = letters[three >>> 18] as number;
      into[at++] = letters[(three >>> 12) & 63] as number;
      into[at++] = j + 1 < length ? (letters[(three >>> 6) & 63] as number) : 61;
      into[at++] = j + 2 < length ? (letters[three & 63] as number) : 61;
    }
  }
  return bad;
}

/** How many octets a signature takes in base64. */
export function base64Length(octets: number): number {
  return 4 * Math.ceil(octets / 3);
}
