import { join } from 'node:path';
import type { Transaction } from 'kysely';
import { openEmbedded } from './engine/embedded.ts';
import { type Engine, NOT_DURABLE } from './engine/engine.ts';
import { isStateError, StateError } from './error.ts';
import { type Lock, LockError, takeLock } from './files/lock.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './tables.ts';

/** How often a transaction is begun anew that the database could not finish beside others. */
const ATTEMPTS = 6;

/** The file of the embedded database in the state folder. */
export const STATE_FILE = 'state.db';

/** Where the state is. */
export interface StatePlace {
  /** The state folder: the embedded database, and locks. Made if it is not there. */
  readonly folder: string;
  /** The URL of a PostgreSQL database that is used instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
}

/** All that is not in git: accounts, tokens, ids, requests, deployments, nodes and the queue. */
export interface State extends Engine {
  /**
   * Runs queries that become visible together, and durable before this resolves, or not at all. The work may run more than
   * once and must do nothing but queries of `tx`: others wait for it.
   */
  transaction<T>(
    work: (tx: Transaction<Tables>) => Promise<T>,
    options?: {
      /** `false`: a power cut may undo it, all or nothing, for what can be worked out again. */
      readonly durable?: boolean;
    },
  ): Promise<T>;
  /**
   * Makes this process the only one that serves from an embedded state; processes that share PostgreSQL may be many.
   *
   * @throws StateError `again` where another process serves from it.
   */
  claim(): Lock;
}

/**
 * Opens the state, makes it where there is none and brings its schema up to date.
 *
 * @throws StateError where it cannot be opened or belongs to a newer version.
 */
export async function openState({ folder, databaseUrl }: StatePlace): Promise<State> {
  const engine =
    databaseUrl === undefined
      ? openEmbedded(join(folder, STATE_FILE))
      : await (await import('./engine/postgresql.ts')).openPostgresql(databaseUrl);
  try {
    await migrate(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    ...engine,
    async transaction(work, { durable = true } = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          const transaction = engine.query.transaction();
          return await (durable ? transaction : transaction.setIsolationLevel(NOT_DURABLE)).execute(work);
        } catch (error) {
          if (attempt === ATTEMPTS || !engine.isTransient(error)) throw error;
        }
      }
    },
    claim: () => (engine.kind === 'embedded' ? claimFolder(folder) : { assertHeld() {}, release() {} }),
  };
}

/** The lock of whoever serves from a state folder. */
export function serveLock(folder: string): string {
  return join(folder, 'serve.lock');
}

function claimFolder(folder: string): Lock {
  try {
    return takeLock(serveLock(folder), 'serving from the same state');
  } catch (error) {
    if (error instanceof LockError) throw new StateError('again', error.message, error.fix, error);
    throw error;
  }
}

/** Runs work that begins with something unique; `undefined` where that is there already. */
export async function unlessThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isStateError(error, 'conflict')) return undefined;
    throw error;
  }
}
