import { sql } from 'kysely';
import { isStateError } from '../error.ts';
import type { State } from '../state.ts';
import type { JobRow } from '../tables.ts';
import { type Job, type JobState, jobOf } from './job.ts';

/** How much of an error is kept. */
const ERROR_LIMIT = 4000;

/** A job that a worker runs. `ticket` is of this one run: whoever lost it has nothing to say any more. */
export interface Claim {
  readonly job: Job;
  readonly ticket: string;
}

/** Takes the next job that is due, for `lease` milliseconds; `undefined` where there is none for these kinds. */
export async function claimJob(
  state: State,
  kinds: readonly string[],
  ticket: string,
  lease: number,
): Promise<Claim | undefined> {
  const now = state.now();
  const skip = state.kind === 'postgresql' ? sql`for update skip locked` : sql``;
  const query = sql<JobRow>`
    update jobs set state = 'running', worker = ${ticket}, lease_until = ${now + lease}, attempts = attempts + 1,
      cancel = 0, updated_at = ${now}
    where id = (
      select id from jobs as next
      where state = 'queued' and run_at <= ${now} and kind in (${sql.join(kinds)})
        and (lane is null or not exists (select 1 from jobs as other where other.lane = next.lane and other.state = 'running'))
      order by run_at, id limit 1 ${skip})
    returning *`;
  try {
    const { rows } = await query.execute(state.query);
    return rows[0] && { job: jobOf(rows[0]), ticket };
  } catch (error) {
    // Another process has begun a job of the same lane in this very moment.
    if (isStateError(error, 'conflict')) return claimJob(state, kinds, ticket, lease);
    throw error;
  }
}

/** Prolongs a claim: `lost`, another worker has the job or it is gone; `cancel`, it is to end. */
export async function renewClaim(
  state: State,
  { job, ticket }: Claim,
  lease: number,
): Promise<'held' | 'cancel' | 'lost'> {
  const row = await state.query
    .updateTable('jobs')
    .set({ lease_until: state.now() + lease })
    .where('id', '=', job.id)
    .where('state', '=', 'running')
    .where('worker', '=', ticket)
    .returning('cancel')
    .executeTakeFirst();
  return row === undefined ? 'lost' : row.cancel === 0 ? 'held' : 'cancel';
}

/** Ends a claim for good. Gives whether it was still held. */
export function endClaim(
  state: State,
  claim: Claim,
  as: 'done' | 'failed' | 'cancelled',
  error?: string,
): Promise<boolean> {
  return leaveRunning(state, claim, { state: as, ...(error !== undefined && { error: cut(error) }) });
}

/**
 * Puts a job back into the queue. Where a newer one with its key waits there it has become superfluous.
 *
 * @param spent whether the attempt counts
 */
export async function putBack(
  state: State,
  claim: Claim,
  { runAt, error, spent }: { readonly runAt: number; readonly error?: string; readonly spent: boolean },
): Promise<boolean> {
  const { attempts } = claim.job;
  const more = {
    run_at: runAt,
    attempts: spent ? attempts : attempts - 1,
    ...(error !== undefined && { error: cut(error) }),
  };
  try {
    return await leaveRunning(state, claim, { state: 'queued', ...more });
  } catch (failure) {
    if (!isStateError(failure, 'conflict')) throw failure;
    return leaveRunning(state, claim, { state: 'superseded', ...more });
  }
}

function leaveRunning(
  state: State,
  { job, ticket }: Claim,
  columns: { readonly state: JobState; readonly error?: string; readonly run_at?: number; readonly attempts?: number },
): Promise<boolean> {
  return state.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('jobs')
      .set({ ...columns, worker: null, lease_until: null, updated_at: state.now() })
      .where('id', '=', job.id)
      .where('state', '=', 'running')
      .where('worker', '=', ticket)
      .executeTakeFirstOrThrow();
    // The next of the lane may begin.
    if (numUpdatedRows > 0n) await state.notify(tx, 'jobs');
    return numUpdatedRows > 0n;
  });
}

/** Takes up jobs whose workers have not been heard of for longer than their leases. Gives how many there were. */
export async function takeUpLost(state: State): Promise<number> {
  const now = state.now();
  const rows = await state.query
    .selectFrom('jobs')
    .selectAll()
    .where('state', '=', 'running')
    .where('lease_until', '<=', now)
    .execute();
  for (const row of rows) {
    const claim = { job: jobOf(row), ticket: row.worker as string };
    const error = 'the worker that ran it is gone';
    if (row.cancel !== 0) await endClaim(state, claim, 'cancelled');
    else if (row.attempts >= row.max_attempts) await endClaim(state, claim, 'failed', error);
    else await putBack(state, claim, { runAt: now, error, spent: true });
  }
  return rows.length;
}

/** When something is due next beyond what is due now: a job that waits for its time, or a lease that ends. */
export async function nextDue(state: State, kinds: readonly string[]): Promise<number | undefined> {
  const now = state.now();
  const waiting = await state.query
    .selectFrom('jobs')
    .select((eb) => eb.fn.min('run_at').as('at'))
    .where('state', '=', 'queued')
    .where('kind', 'in', kinds)
    .where('run_at', '>', now)
    .executeTakeFirst();
  const leased = await state.query
    .selectFrom('jobs')
    .select((eb) => eb.fn.min('lease_until').as('at'))
    .where('state', '=', 'running')
    .executeTakeFirst();
  const times = [waiting?.at, leased?.at].filter((at) => typeof at === 'number');
  return times.length === 0 ? undefined : Math.min(...times);
}

function cut(error: string): string {
  return error.slice(0, ERROR_LIMIT);
}
