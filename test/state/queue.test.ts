import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  cancelJob,
  countJobs,
  discardJob,
  enqueue,
  findJob,
  type Job,
  listJobs,
  type NewJob,
  purgeJobs,
  retryJob,
} from '../../src/state/queue/job.ts';
import {
  backOff,
  GiveUp,
  type Handler,
  type JobEvent,
  startWorker,
  type Worker,
  type WorkerOptions,
} from '../../src/state/queue/worker.ts';
import type { State, StatePlace } from '../../src/state/state.ts';
import { compileScript, type Script } from '../setup/script.ts';
import { onBothEngines } from './engines.ts';
import { runAlone, type Task } from './queue-process.ts';

/** A worker with what it reported; stopped when the test is over. */
function working(state: State, handlers: Record<string, Handler>, options: WorkerOptions = {}) {
  const events: JobEvent[] = [];
  const waiting = new Set<() => void>();
  const worker: Worker = startWorker(state, handlers, {
    pause: 1,
    poll: 5000,
    ...options,
    report(event) {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  onTestFinished(() => worker.stop(0));
  const until = (kind: JobEvent['kind'], count = 1) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (events.filter((event) => event.kind === kind).length >= count) resolve();
      };
      waiting.add(look);
      look();
    });
  return { worker, events, until, kinds: () => events.map(({ kind }) => kind) };
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    if (signal.aborted) reject(new Error('ended'));
    signal.addEventListener('abort', () => reject(new Error('ended')));
  });

let script: Script;
beforeAll(async () => {
  script = await compileScript(new URL('queue-process.ts', import.meta.url));
});
afterAll(() => script.remove());

/** Another process at the same queue; killed when the test is over. */
function another(place: StatePlace, task: Task) {
  const child: ChildProcess = spawn(process.execPath, [script.file, JSON.stringify(place), task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const looks = new Set<() => void>();
  const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  reader.on('line', (line) => {
    lines.push(line);
    for (const look of looks) look();
  });
  return {
    lines,
    /** When so many lines were said. */
    said: (count: number) =>
      new Promise<void>((resolve) => {
        const look = (): void => void (lines.length >= count && resolve());
        looks.add(look);
        look();
      }),
    async kill() {
      const closed = once(reader, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

onBothEngines('the queue', (bench) => {
  const add = (state: State, job: Partial<NewJob> = {}) =>
    enqueue(state, state.query, { kind: 'test', payload: null, ...job });

  it('runs jobs in order and keeps what became of them', async () => {
    const state = await bench.open();
    const seen: unknown[] = [];
    const { until } = working(state, { test: async ({ payload }) => void seen.push(payload) }, { concurrency: 1 });
    for (const payload of [{ a: [1, 'ü'] }, 2, null]) await add(state, { payload });
    await until('done', 3);
    expect(seen).toEqual([{ a: [1, 'ü'] }, 2, null]);
    expect(await listJobs(state.query)).toMatchObject([3, 2, 1].map((id) => ({ id, state: 'done', attempts: 1 })));
    await purgeJobs(state.query, state.now() + 1);
    expect(await listJobs(state.query)).toEqual([]);
  });

  it('takes a job from a transaction whole or not at all, and leaves kinds alone that nobody knows', async () => {
    const state = await bench.open();
    const failing = state.transaction(async (tx) => {
      await enqueue(state, tx, { kind: 'test', payload: 1 });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const other = await add(state, { kind: 'other' });
    const { until } = working(state, { test: async () => undefined });
    await add(state);
    await until('done');
    expect(await countJobs(state.query)).toEqual(
      new Map([
        ['queued', 1],
        ['done', 1],
      ]),
    );
    expect(await findJob(state.query, other)).toMatchObject({ state: 'queued' });
    expect(await cancelJob(state, other)).toBe(true);
    expect(await cancelJob(state, other)).toBe(false);
  });

  it('lets a newer job take the place of one that waits, and not of one that runs', async () => {
    const state = await bench.open();
    const first = await add(state, { key: 'k', payload: 1, runAt: state.now() + 60_000 });
    expect(await add(state, { key: 'k', payload: 2 })).toBe(first);
    const [started, go] = [gate(), gate()];
    const seen: unknown[] = [];
    const { until } = working(state, {
      async test({ payload }) {
        seen.push(payload);
        started.open();
        await go.opened;
      },
    });
    await started.opened;
    const later = { key: 'k', runAt: state.now() + 60_000 };
    const second = await add(state, { ...later, payload: 3 });
    expect(second).not.toBe(first);
    expect(await add(state, { key: 'k', payload: 4 })).toBe(second);
    go.open();
    await until('done', 2);
    expect(seen).toEqual([2, 4]);
  });

  it('gives up a retry where a newer job waits', async () => {
    const state = await bench.open();
    const id = await add(state, { key: 'k' });
    const { until } = working(state, {
      async test() {
        await add(state, { key: 'k', runAt: state.now() + 60_000 });
        throw new Error('no');
      },
    });
    await until('retry');
    expect(await findJob(state.query, id)).toMatchObject({ state: 'superseded' });
    expect(await listJobs(state.query, { state: 'queued' })).toHaveLength(1);
  });

  it('runs one job of a lane at a time', async () => {
    const state = await bench.open();
    let [now, most, others] = [0, 0, 0];
    const { until } = working(state, {
      async test({ lane }) {
        if (lane === undefined) others = Math.max(others, now);
        if (lane !== undefined) most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        if (lane !== undefined) now--;
      },
    });
    await Promise.all(Array.from({ length: 24 }, (_, i) => add(state, i % 3 === 0 ? {} : { lane: 'zone' })));
    await until('done', 24);
    expect(most).toBe(1);
  });

  it('tries again after growing pauses, then leaves it to a person', async () => {
    const state = await bench.open();
    let fail = true;
    const handlers: Record<string, Handler> = {
      async test() {
        if (fail) throw new Error('x'.repeat(10_000));
      },
      async hopeless() {
        throw new GiveUp('never');
      },
    };
    const { until, events } = working(state, handlers, { random: () => 0 });
    const id = await add(state, { maxAttempts: 4 });
    await until('failed');
    const dead = await listJobs(state.query, { state: 'failed', kind: 'test' });
    expect(dead).toMatchObject([{ id, attempts: 4, error: 'x'.repeat(4000) }]);
    expect(events.filter(({ kind }) => kind === 'retry')).toHaveLength(3);
    fail = false;
    expect(await retryJob(state, id)).toBe(true);
    await until('done');
    expect(await retryJob(state, id)).toBe(false);
    const hopeless = await add(state, { kind: 'hopeless', key: 'k' });
    await until('failed', 2);
    expect(await findJob(state.query, hopeless)).toMatchObject({ attempts: 1, error: 'never' });
    await add(state, { kind: 'other', key: 'k' });
    await expect(retryJob(state, hopeless)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await discardJob(state.query, hopeless)).toBe(true);
    expect(await discardJob(state.query, hopeless)).toBe(false);
  });

  it('waits until a job is due', async () => {
    const state = await bench.open();
    let begun = 0;
    const { until } = working(state, {
      async test() {
        begun = state.now();
      },
    });
    const due = state.now() + 150;
    await add(state, { runAt: due });
    await until('done');
    expect(begun).toBeGreaterThanOrEqual(due);
    expect(begun).toBeLessThan(due + 3000);
  });

  it('asks a job that runs to end when it is called off', async () => {
    const state = await bench.open();
    const started = gate();
    const { until } = working(state, {
      test(_job, signal) {
        started.open();
        return untilAborted(signal);
      },
    });
    const id = await add(state);
    await started.opened;
    expect(await cancelJob(state, id)).toBe(true);
    await until('cancelled');
    expect(await findJob(state.query, id)).toMatchObject({ state: 'cancelled' });
  });

  it('stops: waits for what ends in time, puts back what does not, without an attempt lost', async () => {
    const state = await bench.open();
    const [both, go] = [gate(), gate()];
    let count = 0;
    const { worker, kinds } = working(state, {
      async test({ payload }, signal) {
        if (++count === 2) both.open();
        await (payload === 'quick' ? go.opened : untilAborted(signal));
      },
    });
    const [quick, slow] = [await add(state, { payload: 'quick' }), await add(state, { payload: 'slow' })];
    await both.opened;
    const stopped = worker.stop(50);
    const late = await add(state);
    go.open();
    await stopped;
    expect(kinds()).toEqual(['done', 'stopped']);
    const states = await Promise.all([quick, slow, late].map((id) => findJob(state.query, id)));
    expect(states).toMatchObject([{ state: 'done' }, { state: 'queued', attempts: 0 }, { state: 'queued' }]);
  });

  it('keeps a long job while its worker lives, and says nothing for a worker that lost it', async () => {
    const state = await bench.open();
    const go = gate();
    let runs = 0;
    const options = { lease: 300, poll: 50 };
    const handlers = {
      async test() {
        runs++;
        await go.opened;
      },
    };
    const first = working(state, handlers, options);
    const second = working(state, handlers, options);
    const id = await add(state);
    const before = state.now();
    await new Promise<void>((resolve) => {
      const look = async (): Promise<void> => {
        if (state.now() > before + 900) resolve();
        else setTimeout(look, 50);
      };
      void look();
    });
    expect(runs).toBe(1);
    // As if the other process had been taken for dead.
    await state.query.updateTable('jobs').set({ state: 'done', worker: null }).where('id', '=', id).execute();
    go.open();
    await Promise.race([first.until('lost'), second.until('lost')]);
    expect([...first.kinds(), ...second.kinds()]).toEqual(['lost']);
  });

  it('takes up the job of a process that was killed, and fails one that kills too often', async () => {
    const place = await bench.place();
    const state = await bench.open(place);
    const id = await add(state, { kind: 'lane', maxAttempts: 2 });
    for (const attempts of [1, 2]) {
      const child = another(place, 'hang');
      await child.said(2);
      expect(child.lines).toContain(String(id));
      await child.kill();
      expect(await findJob(state.query, id)).toMatchObject({ state: 'running', attempts });
    }
    const { until } = working(state, { lane: async () => undefined, test: async () => undefined }, { poll: 50 });
    const other = await add(state);
    await until('done');
    for (let job: Job | undefined; job?.state !== 'failed'; ) {
      job = await findJob(state.query, id);
      expect(['running', 'failed']).toContain(job?.state);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await findJob(state.query, id)).toMatchObject({ error: 'the worker that ran it is gone' });
    expect(await findJob(state.query, other)).toMatchObject({ state: 'done' });
  });

  it('has every job that was acknowledged before a kill', async () => {
    const place = await bench.place();
    const state = await bench.open(place);
    let acknowledged = 0;
    for (let round = 1; round <= 3; round++) {
      const child = another(place, 'write');
      await child.said(40 * round);
      await child.kill();
      acknowledged += child.lines.length;
      for (const line of child.lines)
        expect(await findJob(state.query, Number(line))).toMatchObject({ state: 'queued' });
    }
    const { size } = new Set((await listJobs(state.query, { limit: 100_000 })).map(({ id }) => id));
    expect(size).toBeGreaterThanOrEqual(acknowledged);
    expect(size).toBeLessThanOrEqual(acknowledged + 3);
  });

  it('is shared by processes: each job runs once, each lane one at a time', async () => {
    const place = await bench.place();
    const state = await bench.open(place);
    const child = another(place, 'work');
    await child.said(1);
    const count = 120;
    const here = working(state, { lane: ({ id, lane }) => runAlone(state, id, lane) }, { poll: 50 });
    for (let i = 0; i < count; i++) await add(state, { kind: 'lane', lane: `lane${i % 5}` });
    for (let done = 0; done < count; ) {
      done = (await countJobs(state.query)).get('done') ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const rows = await state.query.selectFrom('counters').selectAll().execute();
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map(({ value }) => value)).size).toBe(2);
    expect(new Set(here.kinds())).toEqual(new Set(['done']));
    expect(new Set(child.lines.slice(1))).toEqual(new Set(['done']));
  });

  if (bench.kind === 'postgresql') {
    it('goes on when the server is back', async () => {
      const state = await bench.open();
      const started = gate();
      const go = gate();
      const { until } = working(
        state,
        {
          async test() {
            started.open();
            await go.opened;
          },
        },
        { poll: 200 },
      );
      const id = await add(state);
      await started.opened;
      await bench.server().crash();
      go.open();
      await until('trouble');
      await bench.server().start();
      await until('done');
      expect(await findJob(state.query, id)).toMatchObject({ state: 'done', attempts: 1 });
      await add(state);
      await until('done', 2);
    });
  }
});

describe('the pause before the next attempt', () => {
  it('doubles up to a limit, with jitter', () => {
    expect([1, 2, 3, 4, 99].map((attempts) => backOff(attempts, 1000, 6000, 0))).toEqual([
      1000, 2000, 4000, 6000, 6000,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const pause = backOff(attempts, 1000, 6000, random);
        expect(pause).toBeGreaterThanOrEqual(500);
        expect(pause).toBeLessThanOrEqual(6000);
      }),
    );
  });
});
