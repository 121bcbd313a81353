import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import { isStateError, StateError } from '../error.ts';
import type { Tables } from '../tables.ts';
import { takeAlone } from './alone.ts';
import type { Engine } from './engine.ts';
import { openListener } from './listener.ts';

/** How long a connection may take, in milliseconds. */
const CONNECT_LIMIT = 5000;
/** How long one statement may run, in milliseconds; a server that hangs must not hang us. */
const STATEMENT_LIMIT = 60_000;
const CONNECTIONS = 10;
const INT8 = 20;
const LOCK_TIMEOUT = '55P03';
/** How long one process waits for what another does alone, in milliseconds. */
const PATIENCE = 60_000;
/** Any number: who changes the schema holds the lock of this name. */
const SCHEMA_LOCK = 0x7a6f6e65;

/** PostgreSQL at a URL: `postgresql://user:password@host/database`. Nothing is asked of it before the first query. */
export async function openPostgresql(url: string): Promise<Engine> {
  const settings: pg.PoolConfig = {
    connectionString: url,
    application_name: 'zonewright',
    connectionTimeoutMillis: CONNECT_LIMIT,
    keepAlive: true,
    types: { getTypeParser },
  };
  const pool = new pg.Pool({
    ...settings,
    max: CONNECTIONS,
    query_timeout: STATEMENT_LIMIT,
    idle_in_transaction_session_timeout: STATEMENT_LIMIT,
  });
  // A connection that breaks while nobody uses it is replaced; one that is in use fails its query.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: withStateErrors(pool) }) });
  const listener = openListener(settings);
  try {
    const skew = await clockSkew(query);
    return {
      kind: 'postgresql',
      query,
      lockSchema: async (tx) => void (await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK}::bigint)`.execute(tx)),
      isTransient: (error) => ['40001', '40P01'].includes(codeOf(causeOf(error))),
      accessVersion: () => undefined,
      now: () => Math.round(Date.now() + skew),
      notify: async (db, channel) => void (await sql`select pg_notify(${`zonewright_${channel}`}, '')`.execute(db)),
      listen: (channel, heard) => listener.listen(`zonewright_${channel}`, heard),
      takeAlone: (what, signal) =>
        takeAlone(settings, what, PATIENCE, signal).catch((error: unknown) => {
          if (signal.aborted) throw new StateError('again', 'interrupted', 'try again', error);
          if (codeOf(error) !== LOCK_TIMEOUT) throw stateError(error);
          const who = `another server is ${what} nodes, and has been for ${PATIENCE / 1000} s`;
          throw new StateError('again', who, 'try again when it is done', error);
        }),
      async close() {
        await listener.close();
        await pool.end();
      },
    };
  } catch (error) {
    await listener.close();
    await pool.end();
    throw error;
  }
}

/** How far the server's clock is ahead of ours, in milliseconds: leases of several machines need one clock. */
async function clockSkew(query: Kysely<Tables>): Promise<number> {
  const asked = Date.now();
  const { rows } = await sql<{
    now: number;
  }>`select extract(epoch from clock_timestamp())::float8 * 1000 as now`.execute(query);
  return (rows[0]?.now ?? asked) - (asked + Date.now()) / 2;
}

function withStateErrors(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw stateError(error);
      });
      let broken = false;
      const query = (text: string, values: unknown[]) =>
        client.query(text, values).catch((error: unknown) => {
          const converted = stateError(error);
          broken ||= isStateError(converted, 'unavailable');
          throw converted;
        });
      // The other form of query, which streams through a cursor, is not used.
      return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(broken) };
    },
    end: async () => undefined,
  };
}

function stateError(error: unknown): unknown {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === '23505') return new StateError('conflict', 'it is there already', 'choose another name', error);
  if (code === '40001' || code === '40P01')
    return new StateError('again', `PostgreSQL could not go on: ${message}`, 'try again', error);
  if (/^(28|3D|42501)/.test(code))
    return new StateError('unavailable', `PostgreSQL refuses: ${message}`, 'check DATABASE_URL and its user', error);
  if (/^(08|53|57|58)/.test(code) || isBrokenConnection(code, message))
    return new StateError(
      'unavailable',
      `PostgreSQL is not there: ${message === '' ? code : message}`,
      'check that it runs and that DATABASE_URL names it',
      error,
    );
  return error;
}

/** What the client library says has no codes, but for what the system said. */
function isBrokenConnection(code: string, message: string): boolean {
  return /^E[A-Z_]+$/.test(code) || /connection|timeout|not queryable|ended/i.test(message);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

function causeOf(error: unknown): unknown {
  return error instanceof StateError ? error.cause : error;
}

/** Our whole numbers are below 2^53; the library gives them as text. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
}
