import { type Batch, type ReadyKey, signBatch } from './batch.ts';

/** What a worker is told: the keys of a session, a batch to sign with them, or that the session is over. */
export type ToWorker =
  | {
      readonly kind: 'keys';
      readonly session: number;
      readonly keys: readonly (Omit<ReadyKey, 'key'> & { readonly pkcs8: Uint8Array })[];
    }
  | { readonly kind: 'sign'; readonly session: number; readonly job: number; readonly batch: Batch }
  | { readonly kind: 'forget'; readonly session: number };

/** What a worker answers: what the signatures of a batch were put into, or what went wrong. */
export interface FromWorker {
  readonly job: number;
  readonly into: Uint8Array;
  readonly error?: string;
}

/**
 * The program of a worker, as text: a file of its own would have to be found again by each of the ways in which this code is
 * run (bundled, from source, in tests). `__name` is what some compilers wrap functions in.
 */
export const workerSource = `
const { parentPort } = require('node:worker_threads');
const { createPrivateKey, sign } = require('node:crypto');
const __name = (value) => value;
const signBatch = ${signBatch.toString()};
const sessions = new Map();
parentPort.on('message', (message) => {
  if (message.kind === 'keys') {
    sessions.set(message.session, message.keys.map(({ hash, number, pkcs8 }) => {
      const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
      return { hash, number, key };
    }));
  } else if (message.kind === 'forget') {
    sessions.delete(message.session);
  } else {
    const { session, job, batch } = message;
    try {
      signBatch(sign, sessions.get(session), batch);
      const { into } = batch;
      parentPort.postMessage({ job, into }, [into.buffer]);
    } catch (error) {
      parentPort.postMessage({ job, error: String(error.message) });
    }
  }
});
`;
