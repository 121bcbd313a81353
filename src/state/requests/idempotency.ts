import { randomBytes } from 'node:crypto';
import type { State } from '../state.ts';
import type { Queries } from '../tables.ts';

/** How long a request may run before it counts as given up, in milliseconds. */
const LEASE = 60_000;
/** How long an answer is kept, in milliseconds. */
const KEPT = 24 * 3_600_000;

/** A request that its sender may repeat: keys of different accounts have nothing to do with one another. */
export interface RequestKey {
  readonly accountId: number;
  /** What the sender wrote into `Idempotency-Key`. */
  readonly key: string;
}

/**
 * What is to be done with a request: `run` it and say how it ended; `replay` the answer of the first one; it is another
 * request with the key of an earlier one (`mismatch`); the first one still runs (`running`). A run is `again` where the first
 * was begun and nobody knows how it ended: look whether it was done.
 */
export type BegunRequest =
  | { readonly kind: 'run'; readonly run: string; readonly again: boolean }
  | { readonly kind: 'replay'; readonly answer: string }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'running' };

/** Begins a request, once among all processes. `digest` stands for method, path and body. */
export function beginRequest(
  state: State,
  { accountId, key }: RequestKey,
  digest: string,
  lease: number = LEASE,
): Promise<BegunRequest> {
  const run = randomBytes(12).toString('hex');
  return state.transaction(async (tx) => {
    const now = state.now();
    const fresh = { digest, answer: null, run, lease_until: now + lease, expires_at: now + KEPT };
    const row = await tx
      .insertInto('idempotency')
      .values({ account_id: accountId, key, ...fresh })
      // An update that changes nothing but locks the row, so that two repetitions do not both take it over.
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'key']).doUpdateSet((eb) => ({ run: eb.ref('idempotency.run') })),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    if (row.run === run) return { kind: 'run', run, again: false };
    const expired = row.expires_at <= now;
    if (!expired && row.digest !== digest) return { kind: 'mismatch' };
    if (!expired && row.answer !== null) return { kind: 'replay', answer: row.answer };
    if (!expired && row.lease_until > now) return { kind: 'running' };
    await tx.updateTable('idempotency').set(fresh).where('account_id', '=', accountId).where('key', '=', key).execute();
    return { kind: 'run', run, again: !expired };
  });
}

/** Keeps the answer of a run. In the transaction of what was done both are there or neither. Gives whether the run counts. */
export async function finishRequest(
  db: Queries,
  { accountId, key }: RequestKey,
  run: string,
  answer: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('idempotency')
    .set({ answer })
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .where('run', '=', run)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Forgets a run that did nothing and may be repeated at once: disk full, database away. */
export async function abandonRequest(db: Queries, { accountId, key }: RequestKey, run: string): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .where('run', '=', run)
    .where('answer', 'is', null)
    .execute();
}

/** Forgets answers that nobody will ask for any more. */
export async function purgeRequests(db: Queries, now: number): Promise<void> {
  await db.deleteFrom('idempotency').where('expires_at', '<=', now).execute();
}
