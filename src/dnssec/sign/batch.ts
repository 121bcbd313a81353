import type { KeyObject, sign } from 'node:crypto';

/** Data to be signed, as it goes to a worker. */
export interface Batch {
  /** Everything to be signed, one behind the other. */
  readonly data: Uint8Array;
  /** Where each piece ends. */
  readonly ends: Uint32Array;
  /** Which key signs each piece: its place among the keys of the session. */
  readonly keys: Uint16Array;
  /** A text into which the signatures are put in base64; without one they come one behind the other. */
  readonly text?: BatchText;
}

/** A text with gaps. */
export interface BatchText {
  /** ASCII. */
  readonly octets: Uint8Array;
  /** Where in it each signature is put. */
  readonly gaps: Uint32Array;
}

/** The signatures of a batch, in its order. */
export interface Signatures {
  /** The signatures, or the text with them in it. */
  readonly data: Uint8Array;
  /** Where each of them ends. */
  readonly ends: Uint32Array;
}

/** A key as `sign` of node:crypto takes it: made once, and used many times. */
export interface ReadyKey {
  readonly hash: string | null;
  readonly options: { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' };
}

/**
 * Signs a batch. Workers run this function from its text, so it refers to nothing outside itself.
 */
export function signBatch(signOne: typeof sign, keys: readonly ReadyKey[], batch: Batch): Signatures {
  const count = batch.ends.length;
  const { text } = batch;
  const ends = new Uint32Array(count);
  let data = Buffer.allocUnsafeSlow(count * 96 + (text === undefined ? 0 : text.octets.length));
  let from = 0;
  let at = 0;
  let copied = 0;
  const makeRoom = (length: number): void => {
    if (at + length <= data.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * data.length + length);
    larger.set(data.subarray(0, at));
    data = larger;
  };
  const copyTo = (end: number): void => {
    if (text === undefined) return;
    makeRoom(end - copied);
    data.set(text.octets.subarray(copied, end), at);
    at += end - copied;
    copied = end;
  };
  for (let i = 0; i < count; i++) {
    const key = keys[batch.keys[i] as number] as ReadyKey;
    const end = batch.ends[i] as number;
    const signature = signOne(key.hash, batch.data.subarray(from, end), key.options);
    if (text === undefined) {
      makeRoom(signature.length);
      data.set(signature, at);
      at += signature.length;
    } else {
      copyTo(text.gaps[i] as number);
      const base64 = signature.toString('base64');
      makeRoom(base64.length);
      at += data.write(base64, at, 'latin1');
    }
    ends[i] = at;
    from = end;
  }
  copyTo(text === undefined ? 0 : text.octets.length);
  return { data: data.subarray(0, at), ends };
}
