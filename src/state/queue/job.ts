import { sql } from 'kysely';
import type { Engine } from '../engine/engine.ts';
import { isStateError, StateError } from '../error.ts';
import type { State } from '../state.ts';
import type { JobRow, Queries } from '../tables.ts';

/** How often a job is tried where nobody says. */
const ATTEMPTS = 12;
const PAYLOAD_LIMIT = 4 * 1024 * 1024;

/**
 * Where a job is: `failed` jobs were tried as often as they may be and wait for a person; `superseded` ones gave way to a newer
 * one with their key.
 */
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'superseded';

/** What is to be done. */
export interface NewJob {
  /** Which handler does it. */
  readonly kind: string;
  /** What the handler is given, as JSON. */
  readonly payload: unknown;
  /** Of jobs with one key at most one waits: a newer one takes the older one's place. One that runs goes on. */
  readonly key?: string | undefined;
  /** Of jobs with one lane at most one runs. */
  readonly lane?: string | undefined;
  /** Not before; milliseconds since 1970. */
  readonly runAt?: number | undefined;
  readonly maxAttempts?: number | undefined;
}

/** A job of the queue. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly payload: unknown;
  readonly key: string | undefined;
  readonly lane: string | undefined;
  readonly state: JobState;
  readonly runAt: number;
  /** How often it was begun. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Why it failed last. */
  readonly error: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * Puts a job into the queue and gives its id: that of the waiting job whose place it takes, if there is one. In a transaction
 * it is there with all else or not at all.
 *
 * @throws StateError `refused` where the payload is too long.
 */
export async function enqueue(engine: Engine, db: Queries, job: NewJob): Promise<number> {
  const now = engine.now();
  const payload = JSON.stringify(job.payload ?? null);
  if (payload.length > PAYLOAD_LIMIT)
    throw new StateError('refused', 'the work is too large for the queue', `keep it below ${PAYLOAD_LIMIT} octets`);
  const row = {
    kind: job.kind,
    payload,
    lane: job.lane ?? null,
    run_at: job.runAt ?? now,
    attempts: 0,
    max_attempts: job.maxAttempts ?? ATTEMPTS,
    error: null,
    updated_at: now,
  };
  const { id } = await db
    .insertInto('jobs')
    .values({
      ...row,
      key: job.key ?? null,
      state: 'queued',
      worker: null,
      lease_until: null,
      cancel: 0,
      created_at: now,
    })
    // In the words of the index, or PostgreSQL does not find it.
    .onConflict((conflict) => conflict.column('key').where(sql<boolean>`state = 'queued'`).doUpdateSet(row))
    .returning('id')
    .executeTakeFirstOrThrow();
  await engine.notify(db, 'jobs');
  return id;
}

/** The job with this id. */
export async function findJob(db: Queries, id: number): Promise<Job | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && jobOf(row);
}

/** Jobs, the newest first: those in a state (`failed`: the dead letters), of a kind, older than the job `before`. */
export async function listJobs(
  db: Queries,
  {
    state,
    kind,
    before,
    limit = 100,
  }: {
    readonly state?: JobState | undefined;
    readonly kind?: string | undefined;
    readonly before?: number | undefined;
    readonly limit?: number | undefined;
  } = {},
): Promise<Job[]> {
  let select = db.selectFrom('jobs').selectAll().orderBy('id', 'desc').limit(limit);
  if (state !== undefined) select = select.where('state', '=', state);
  if (kind !== undefined) select = select.where('kind', '=', kind);
  if (before !== undefined) select = select.where('id', '<', before);
  return (await select.execute()).map(jobOf);
}

/** How many jobs are in each state, for monitoring. */
export async function countJobs(db: Queries): Promise<Map<JobState, number>> {
  const rows = await db
    .selectFrom('jobs')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state as JobState, Number(count)]));
}

/** Calls a job off: one that waits at once, one that runs is asked to end. Gives whether there was one to call off. */
export async function cancelJob(state: State, id: number): Promise<boolean> {
  const now = state.now();
  return state.transaction(async (tx) => {
    const asked = await tx
      .updateTable('jobs')
      .set((eb) => ({
        state: eb.case().when('state', '=', 'queued').then('cancelled').else(eb.ref('state')).end(),
        cancel: 1,
        updated_at: now,
      }))
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirstOrThrow();
    await state.notify(tx, 'cancellations');
    return asked.numUpdatedRows > 0n;
  });
}

/** Calls off every job that waits; those that run go on. Gives how many there were. */
export async function cancelWaiting(db: Queries, now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set({ state: 'cancelled', cancel: 1, updated_at: now })
    .where('state', '=', 'queued')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/**
 * Tries a failed or cancelled job again from the start. Gives whether there was one.
 *
 * @throws StateError `conflict` where a newer job with its key waits already.
 */
export async function retryJob(state: State, id: number): Promise<boolean> {
  const now = state.now();
  try {
    return await state.transaction(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('jobs')
        .set({ state: 'queued', attempts: 0, run_at: now, error: null, cancel: 0, updated_at: now })
        .where('id', '=', id)
        .where('state', 'in', ['failed', 'cancelled'])
        .executeTakeFirstOrThrow();
      await state.notify(tx, 'jobs');
      return numUpdatedRows > 0n;
    });
  } catch (error) {
    if (!isStateError(error, 'conflict')) throw error;
    throw new StateError('conflict', 'a newer job of this kind waits already', 'wait for that one', error);
  }
}

/** Forgets jobs that ended before a time and need nobody; failed ones stay until somebody looked at them. */
export async function purgeJobs(db: Queries, endedBefore: number): Promise<void> {
  await db
    .deleteFrom('jobs')
    .where('state', 'in', ['done', 'cancelled', 'superseded'])
    .where('updated_at', '<', endedBefore)
    .execute();
}

/** Forgets a failed job. Gives whether there was one. */
export async function discardJob(db: Queries, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('jobs')
    .where('id', '=', id)
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** A row as a job. */
export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    payload: JSON.parse(row.payload),
    key: row.key ?? undefined,
    lane: row.lane ?? undefined,
    state: row.state as JobState,
    runAt: row.run_at,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    error: row.error ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
