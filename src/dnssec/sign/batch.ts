import type { KeyObject, sign } from 'node:crypto';

/** Data to be signed, as it goes to a worker. */
export interface Batch {
  /** Everything to be signed, one behind the other. */
  readonly data: Uint8Array;
  /** Where each piece ends. */
  readonly ends: Uint32Array;
  /** Which key signs each piece: its place among the keys of the session. */
  readonly keys: Uint16Array;
}

/** The signatures of a batch, in its order. */
export interface Signatures {
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
  const ends = new Uint32Array(count);
  let data = new Uint8Array(count * 64);
  let from = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[batch.keys[i] as number] as ReadyKey;
    const end = batch.ends[i] as number;
    const signature = signOne(key.hash, batch.data.subarray(from, end), key.options);
    if (at + signature.length > data.length) {
      const larger = new Uint8Array(2 * data.length + signature.length);
      larger.set(data);
      data = larger;
    }
    data.set(signature, at);
    at += signature.length;
    ends[i] = at;
    from = end;
  }
  return { data: data.subarray(0, at), ends };
}
