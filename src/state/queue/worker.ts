import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isStateError } from '../error.ts';
import type { State } from '../state.ts';
import { type Claim, claimJob, endClaim, nextDue, putBack, renewClaim, takeUpLost } from './claim.ts';
import type { Job } from './job.ts';

/** What a handler throws where trying again makes no sense. */
export class GiveUp extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GiveUp';
  }
}

/**
 * Does the work of one kind of job. It may run again after it ran, even to its end: what it does must be right then, too. An
 * error means that it is tried again. `signal` asks it to end soon: it was cancelled, the worker stops, or another worker
 * has taken the job over.
 */
export type Handler = (job: Job, signal: AbortSignal) => Promise<void>;

/** What became of a run, for logs and metrics. */
export type JobEvent =
  | { readonly kind: 'done' | 'cancelled' | 'lost' | 'stopped'; readonly job: Job }
  | { readonly kind: 'retry'; readonly job: Job; readonly error: unknown; readonly runAt: number }
  | { readonly kind: 'failed'; readonly job: Job; readonly error: unknown }
  /** The queue could not be asked; it is asked again. */
  | { readonly kind: 'trouble'; readonly error: unknown };

/** How a worker works; all times in milliseconds. */
export interface WorkerOptions {
  /** Jobs that run at once. */
  readonly concurrency?: number;
  /** How long a job stays with a worker that is not heard of. */
  readonly lease?: number;
  /** The longest time without a look at the queue. */
  readonly poll?: number;
  /** The pause after the first failure; it doubles up to `longestPause`. */
  readonly pause?: number;
  readonly longestPause?: number;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly report?: (event: JobEvent) => void;
}

/** Runs jobs until it is stopped. */
export interface Worker {
  /** Begins no more jobs and waits for those that run; after `grace` they are asked to end and go back into the queue. */
  stop(grace?: number): Promise<void>;
}

/** How long a handler that was asked to end may take, in milliseconds. */
const END_LIMIT = 5000;

/**
 * Begins to run jobs of the kinds that have a handler. Any number of workers in any number of processes share a queue: a job
 * is with one of them at a time, as long as clocks run at one speed and a process is never halted for longer than the lease.
 */
export function startWorker(
  state: State,
  handlers: Readonly<Record<string, Handler>>,
  options: WorkerOptions = {},
): Worker {
  const { concurrency = 4, lease = 30_000, random = Math.random, report = () => undefined } = options;
  const { poll = state.kind === 'embedded' ? 500 : 5000, pause = 1000, longestPause = 15 * 60_000 } = options;
  const byKind = new Map(Object.entries(handlers));
  const kinds = [...byKind.keys()];
  const name = `${hostname()}:${process.pid}:${randomBytes(6).toString('hex')}`;
  const running = new Map<Claim, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  const checks = new Set<() => void>();
  let tickets = 0;
  let stopping = false;
  let swept = 0;
  let wake: () => void = () => undefined;
  let woken = false;
  const rouse = (): void => {
    woken = true;
    wake();
  };
  const deaf = [
    state.listen('jobs', rouse),
    state.listen('cancellations', () => {
      for (const check of checks) check();
    }),
  ];

  /** Sleeps until somebody rouses the worker, at most so long. */
  const sleep = (limit: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, limit));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (woken) wake();
    });

  const begin = (claim: Claim): void => {
    const stop = new AbortController();
    const ended = runClaim(claim, stop)
      .catch((error: unknown) => report({ kind: 'trouble', error }))
      .finally(() => {
        running.delete(claim);
        rouse();
      });
    running.set(claim, { stop, ended });
  };

  const runClaim = async (claim: Claim, stop: AbortController): Promise<void> => {
    const { job } = claim;
    const watch = watchClaim(claim, stop);
    let failure: { readonly error: unknown } | undefined;
    try {
      await (byKind.get(job.kind) as Handler)(job, stop.signal);
    } catch (error) {
      failure = { error };
    }
    watch.end();
    const held = await settle(claim, failure, stop.signal.reason);
    if (!held) report({ kind: 'lost', job });
  };

  /** Writes down what became of a run, again and again while the database is away and the lease lasts. */
  const settle = async (
    claim: Claim,
    failure: { readonly error: unknown } | undefined,
    reason: unknown,
  ): Promise<boolean> => {
    const { job } = claim;
    for (const until = state.now() + lease; ; ) {
      try {
        if (failure === undefined) return said(await endClaim(state, claim, 'done'), { kind: 'done', job });
        if (reason === 'cancel') return said(await endClaim(state, claim, 'cancelled'), { kind: 'cancelled', job });
        if (reason === 'stop')
          return said(await putBack(state, claim, { runAt: state.now(), spent: false }), { kind: 'stopped', job });
        const { error } = failure;
        const text = error instanceof Error ? error.message : String(error);
        if (error instanceof GiveUp || job.attempts >= job.maxAttempts)
          return said(await endClaim(state, claim, 'failed', text), { kind: 'failed', job, error });
        const runAt = state.now() + backOff(job.attempts, pause, longestPause, random());
        return said(await putBack(state, claim, { runAt, error: text, spent: true }), {
          kind: 'retry',
          job,
          error,
          runAt,
        });
      } catch (error) {
        if (!isPassing(error) || state.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(1000, lease / 10)));
      }
    }
  };

  const said = (held: boolean, event: JobEvent): boolean => {
    if (held) report(event);
    return held;
  };

  /** Keeps the claim, and asks the handler to end where it must. */
  const watchClaim = (claim: Claim, stop: AbortController): { end(): void } => {
    let heldUntil = performance.now() + lease;
    let asking = false;
    let again = false;
    const check = async (): Promise<void> => {
      again = asking;
      if (asking) return;
      asking = true;
      const asked = performance.now();
      try {
        const answer = await renewClaim(state, claim, lease);
        heldUntil = asked + lease;
        if (answer !== 'held') stop.abort(answer);
      } catch (error) {
        report({ kind: 'trouble', error });
        // Another worker takes the job up now.
        if (performance.now() > heldUntil) stop.abort('lost');
      }
      asking = false;
      if (again) await check();
    };
    const checkSoon = (): void => void check();
    const timer = setInterval(checkSoon, lease / 3);
    checks.add(checkSoon);
    return {
      end() {
        clearInterval(timer);
        checks.delete(checkSoon);
      },
    };
  };

  const work = async (): Promise<void> => {
    while (!stopping) {
      woken = false;
      let rest = poll;
      try {
        if (performance.now() - swept > lease / 3 || swept === 0) {
          await takeUpLost(state);
          swept = performance.now();
        }
        if (running.size < concurrency && kinds.length > 0) {
          const claim = await claimJob(state, kinds, `${name}:${++tickets}`, lease);
          if (claim !== undefined && stopping) {
            await putBack(state, claim, { runAt: claim.job.runAt, spent: false });
            break;
          }
          if (claim !== undefined) {
            begin(claim);
            continue;
          }
          const due = await nextDue(state, kinds);
          if (due !== undefined) rest = Math.min(rest, due - state.now() + 1);
          if (rest <= 1) swept = 0;
        }
      } catch (error) {
        report({ kind: 'trouble', error });
        rest = Math.min(poll, 1000);
      }
      await sleep(rest);
    }
  };

  const working = work();
  return {
    async stop(grace = END_LIMIT) {
      stopping = true;
      rouse();
      await working;
      const all = (): Promise<unknown> => Promise.all([...running.values()].map(({ ended }) => ended));
      if (!(await endsWithin(all(), grace))) {
        for (const { stop } of running.values()) stop.abort('stop');
        // Who does not listen goes on without its job: it has lost the claim to it.
        if (!(await endsWithin(all(), END_LIMIT)))
          for (const claim of running.keys()) await putBack(state, claim, { runAt: state.now(), spent: false });
      }
      for (const forget of deaf) forget();
    },
  };
}

/** The pause before the next attempt: doubled with each, and a random part of up to half of it less. */
export function backOff(attempts: number, first: number, longest: number, random: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(40, attempts - 1));
  return Math.round(full * (1 - random / 2));
}

function isPassing(error: unknown): boolean {
  return isStateError(error, 'unavailable') || isStateError(error, 'again');
}

async function endsWithin(work: Promise<unknown>, limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  const ended = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
