import { sign, verify } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { signatureHashes } from '../../dns/dnssec/verify.ts';
import { publicKeyOctets, signatureLength } from '../algorithm.ts';
import { type Batch, type Order, type ReadyKey, signBatch } from './batch.ts';
import type { SigningFault, SigningKey } from './inputs.ts';
import { type FromWorker, type ToWorker, workerSource } from './worker.ts';

/** Threads that sign. They are started when there is enough to do for them, and end with `close`. */
export interface SigningPool {
  /** Makes keys ready to sign with. `expected` is about how many signatures will be wanted. A fault where a private half is none of its key. */
  open(keys: readonly SigningKey[], expected: number): SigningSession | SigningFault;
  /** Starts the threads while what they will sign is still being made. */
  getReady(): void;
  close(): Promise<void>;
}

/** Some keys that sign. */
export interface SigningSession {
  /** How many octets a signature of each key has. */
  readonly sizes: readonly number[];
  /**
   * Signs a batch, whose buffers are given away, and gives it back. Batches are signed at the same time, as far as there are
   * threads.
   */
  sign(batch: Batch): Promise<Batch>;
  /** What is wrong with a key that has signed: the first signature of each is tried. */
  fault(): SigningFault | undefined;
  /** Batches that no thread has yet are not signed any more. */
  end(): void;
}

/** About how many microseconds one signature takes. */
const COST: Readonly<Record<SigningKey['algorithm'], number>> = { 8: 250, 10: 250, 13: 20, 14: 500, 15: 25, 16: 150 };

/** As long as all signing so far takes less than this many microseconds, it is not worth starting threads. */
const WORTH_THREADS = 40_000;

/**
 * How many batches a thread has at most: one under way, and those that it goes on with while nobody listens. The first ones
 * are small, and whoever makes them does not listen before there are many.
 */
const AHEAD = 8;

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Job>;
}

/** The keys of its order also tell the jobs of one session from those of others. */
interface Job {
  readonly order: Order;
  readonly done: (signed: Batch, bad: readonly number[]) => void;
  readonly failed: (error: Error) => void;
}

/** Makes a pool of at most so many threads; by default as many as there are processors. 0: everything is signed here. */
export function openSigningPool(threads = availableParallelism()): SigningPool {
  const running: Thread[] = [];
  const queue: Job[] = [];
  let spent = 0;
  let lastJob = 0;
  let failure: Error | undefined;

  const fail = (error: Error): void => {
    failure ??= error;
    for (const { waiting } of running) {
      for (const job of waiting.values()) job.failed(error);
      waiting.clear();
    }
    for (const job of queue.splice(0)) job.failed(error);
  };
  const start = (): void => {
    while (running.length < threads) {
      const worker = new Worker(workerSource, { eval: true });
      const thread: Thread = { worker, waiting: new Map() };
      worker.on('message', (answer: FromWorker) => {
        const waited = thread.waiting.get(answer.job);
        // It was given up while the answer was on its way.
        if (waited === undefined) return;
        thread.waiting.delete(answer.job);
        if (thread.waiting.size === 0) worker.unref();
        dispatch();
        if (answer.error === undefined) waited.done(answer.batch, answer.bad);
        else waited.failed(new Error(answer.error));
      });
      worker.on('error', fail);
      worker.unref();
      running.push(thread);
    }
  };
  const dispatch = (): void => {
    while (queue.length > 0) {
      const thread = running.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
      if (thread.waiting.size >= AHEAD) return;
      const job = queue.shift() as Job;
      const { worker, waiting } = thread;
      if (waiting.size === 0) worker.ref();
      waiting.set(++lastJob, job);
      const { data, into } = job.order.batch;
      const message: ToWorker = { job: lastJob, ...job.order };
      // What is short is copied faster than given away.
      worker.postMessage(message, [data.buffer, into.buffer] as ArrayBuffer[]);
    }
  };

  return {
    getReady: start,
    open(keys, expected) {
      const ready: ReadyKey[] = [];
      const sizes: number[] = [];
      for (const key of keys) {
        const made = readyKey(key);
        if (made === undefined) return { kind: 'bad-key', tag: key.tag, algorithm: key.algorithm };
        ready.push(made.key);
        sizes.push(made.size);
      }
      const cost = Math.max(0, ...keys.map(({ algorithm }) => COST[algorithm]));
      const untried = new Set(ready.keys());
      let fault: SigningFault | undefined;
      const note = (bad: readonly number[]): void => {
        const key = keys[bad[0] ?? -1];
        if (key !== undefined) fault ??= { kind: 'bad-key', tag: key.tag, algorithm: key.algorithm };
      };
      /** The pieces of a batch that are the first of their keys. */
      const triesIn = (batch: Batch): number[] => {
        if (untried.size === 0) return [];
        const tries = [...untried].map((key) => batch.keys.indexOf(key)).filter((at) => at >= 0);
        for (const at of tries) untried.delete(batch.keys[at] as number);
        return tries.sort((a, b) => a - b);
      };
      if (threads > 0 && spent + expected * cost > WORTH_THREADS) start();
      return {
        sizes,
        async sign(batch) {
          if (failure !== undefined) throw failure;
          spent += batch.ends.length * cost;
          if (threads > 0 && spent > WORTH_THREADS) start();
          const order = { batch, keys: ready, tries: triesIn(batch) };
          if (running.length === 0) {
            note(signBatch(sign, verify, order));
            return batch;
          }
          return new Promise<Batch>((signed, failed) => {
            const done = (made: Batch, bad: readonly number[]): void => {
              note(bad);
              signed(made);
            };
            queue.push({ order, done, failed });
            dispatch();
          });
        },
        fault: () => fault,
        end() {
          const dropped = queue.filter(({ order }) => order.keys === ready);
          for (const job of dropped) {
            queue.splice(queue.indexOf(job), 1);
            job.failed(new Error('the signing session is over'));
          }
        },
      };
    },
    async close() {
      fail(new Error('the signing pool is closed'));
      await Promise.all(running.splice(0).map(({ worker }) => worker.terminate()));
    },
  };
}

/** A key, and how many octets its signatures have; `undefined` where it is not the private half of its DNSKEY. */
function readyKey({
  dnskey,
  algorithm,
  privateKey: key,
}: SigningKey): { readonly key: ReadyKey; readonly size: number } | undefined {
  if (publicKeyOctets(key, algorithm) !== dnskey.slice(4)) return undefined;
  const size = signatureLength(key, algorithm);
  // Two numbers of the same length are a signature of ECDSA (RFC 6605 section 4).
  const number = key.asymmetricKeyType === 'ec' ? size / 2 : undefined;
  return { key: { hash: signatureHashes.get(algorithm) ?? null, number, key }, size };
}
