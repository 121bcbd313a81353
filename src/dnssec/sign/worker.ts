import { type Batch, type Order, signBatch } from './batch.ts';

/** What a worker is told: a batch to sign with some keys. Keys are shared with it, so that no thread has to read them again. */
export interface ToWorker extends Order {
  readonly job: number;
}

/** What a worker answers: a batch is given back signed, with the keys that are `bad`, or what went wrong is said. */
export type FromWorker =
  | { readonly job: number; readonly batch: Batch; readonly bad: readonly number[]; readonly error?: never }
  | { readonly job: number; readonly error: string };

/**
 * The program of a worker, as text: a file of its own would have to be found again by each of the ways in which this code is
 * run (bundled, from source, in tests). `__name` is what some compilers wrap functions in.
 */
export const workerSource = `
const { parentPort } = require('node:worker_threads');
const { sign, verify } = require('node:crypto');
const __name = (value) => value;
const signBatch = ${signBatch.toString()};
parentPort.on('message', ({ job, ...order }) => {
  try {
    const bad = signBatch(sign, verify, order);
    const { batch } = order;
    parentPort.postMessage({ job, batch, bad }, [batch.into.buffer, batch.data.buffer]);
  } catch (error) {
    parentPort.postMessage({ job, error: String(error.message) });
  }
});
`;
