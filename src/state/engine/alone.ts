import pg from 'pg';
import type { Alone } from './engine.ts';

/** The numbers by which PostgreSQL knows what is done alone. */
const LOCKS: Readonly<Record<Alone, number>> = { withdrawing: 0x7a6f6e66 };

/**
 * Takes what one process does at a time on a connection of its own, so that it is free again when that ends, in whichever way.
 * Waits at most so many milliseconds. Gives what gives it back.
 *
 * @throws whatever the client library does; an error with the code 55P03 where others have it for too long.
 */
export async function takeAlone(
  settings: pg.ClientConfig,
  what: Alone,
  patience: number,
  signal: AbortSignal,
): Promise<() => void> {
  signal.throwIfAborted();
  const client = new pg.Client(settings);
  // A connection that breaks fails what is asked on it.
  client.on('error', () => undefined);
  const end = (): void => void client.end().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    await client.connect();
    await client.query(`set lock_timeout = ${patience}`);
    await client.query('select pg_advisory_lock($1::bigint)', [LOCKS[what]]);
    signal.throwIfAborted();
    return end;
  } catch (error) {
    end();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
