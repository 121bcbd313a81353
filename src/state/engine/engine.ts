import type { Kysely, Transaction } from 'kysely';
import type { Queries, Tables } from '../tables.ts';

/**
 * Asks for a transaction that need not have reached the disk when it is committed: a level that neither database has, so that
 * the drivers tell it from others. PostgreSQL takes it for its usual one.
 */
export const NOT_DURABLE = 'read uncommitted';

/** What the two databases do differently. */
export interface Engine {
  readonly kind: 'embedded' | 'postgresql';
  /** Its errors are StateErrors where a database is away, busy or full, or where something unique is there already. */
  readonly query: Kysely<Tables>;
  /** Within a transaction: lets nobody else change the schema until it ends. */
  lockSchema(tx: Transaction<Tables>): Promise<void>;
  /** Whether a transaction that failed with this may simply be run again. */
  isTransient(error: unknown): boolean;
  /**
   * Another text whenever an account, a grant or a token may have been written, by whichever process; `undefined` where only
   * a question to the database tells.
   */
  accessVersion(): string | undefined;
  /** The time in milliseconds since 1970, by one clock for all processes that share the database. */
  now(): number;
  /**
   * Wakes listeners in all processes as soon as the transaction is committed. A wake-up may be lost, or come for nothing:
   * who waits looks from time to time as well.
   */
  notify(db: Queries, channel: Channel): Promise<void>;
  /** Calls `heard` at every wake-up until the function that it gives is called. */
  listen(channel: Channel, heard: () => void): () => void;
  /**
   * Takes something that one of all the processes that share the database does at a time, and waits for the others. Gives what
   * gives it back; it is free as well when this process ends. The embedded database is no matter of several machines, whose
   * processes know of each other by files.
   *
   * @throws StateError `again` where others have it for too long, or the signal says to stop.
   */
  takeAlone(what: Alone, signal: AbortSignal): Promise<() => void>;
  close(): Promise<void>;
}

/** What is done by one process at a time: to withdraw nodes. */
export type Alone = 'withdrawing';

/** What can be listened to. */
export type Channel = 'jobs' | 'cancellations' | 'served' | 'commits';
