import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { CompiledQuery, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import Database from 'libsql';
import { isStateError, StateError } from '../error.ts';
import type { Tables } from '../tables.ts';
import { type Channel, type Engine, NOT_DURABLE } from './engine.ts';

/** How long another process may hold the database before this one gives up, in milliseconds. */
const BUSY_LIMIT = 10_000;
/** How long to wait before asking again, in milliseconds; SQLite would wait itself, and the whole process with it. */
const BUSY_PAUSE = 4;
/** Prepared statements that are kept; the program has fewer than this, lists of different lengths aside. */
const STATEMENTS = 200;

/** A prepared statement, with what is to be known of it. */
interface Statement {
  readonly prepared: ReturnType<Database.Database['prepare']>;
  readonly reader: boolean;
  /** Whether it writes accounts, grants or tokens. */
  readonly access: boolean;
}

/** The one connection, and how often it was used to write accounts, grants or tokens. */
interface Connection extends DatabaseConnection {
  accessWrites(): number;
  /** Whether a transaction is under way. */
  isBusy(): boolean;
  isClosed(): boolean;
  /** Ends it: whoever asks later is refused. */
  close(): void;
}

/**
 * SQLite in this process, in a file that its owner alone may read. What is committed is on the disk. Several processes may
 * have it open; writers wait for one another.
 *
 * @throws StateError `unavailable` where the file cannot be opened, `refused` where it holds something else.
 */
export function openEmbedded(file: string): Engine {
  const database = open(file);
  const listeners = new Map<Channel, Set<() => void>>();
  const connection = connectionOf(database, file);
  const version = database.prepare('pragma data_version');
  return {
    kind: 'embedded',
    query: new Kysely<Tables>({ dialect: dialectOf(connection) }),
    // Every transaction is the only one that writes.
    lockSchema: async () => undefined,
    isTransient: () => false,
    accessVersion() {
      try {
        if (connection.isClosed()) return undefined;
        // SQLite counts what others have committed.
        const { data_version } = version.get() as { data_version: number };
        return `${data_version} ${connection.accessWrites()}`;
      } catch {
        return undefined;
      }
    },
    now: () => Date.now(),
    async notify(_db, channel) {
      // Queries of this process run one after another, so whoever wakes up sees the transaction that is running now done.
      for (const heard of listeners.get(channel) ?? []) queueMicrotask(heard);
    },
    listen(channel, heard) {
      const all = listeners.get(channel) ?? new Set();
      listeners.set(channel, all.add(heard));
      return () => void all.delete(heard);
    },
    takeAlone: async () => () => undefined,
    close: async () => connection.close(),
  };
}

function open(file: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // SQLite gives its other files the permissions of this one.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    database = new Database(file);
    const settings = [`busy_timeout = ${BUSY_LIMIT}`, 'journal_mode = wal', 'synchronous = full', 'foreign_keys = on'];
    for (const setting of settings) database.prepare(`pragma ${setting}`).all();
    database.prepare('pragma busy_timeout = 0').all();
    return database;
  } catch (error) {
    database?.close();
    throw stateError(error, file);
  }
}

function dialectOf(connection: Connection): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverOf(connection),
    createIntrospector: (query) => new SqliteIntrospector(query),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** One connection, which queries and transactions take in the order in which they ask. */
function driverOf(connection: Connection): Driver {
  const run = (command: string) => connection.executeQuery(CompiledQuery.raw(command));
  let last = Promise.resolve();
  let release: () => void = () => undefined;
  let relaxed = false;
  return {
    init: async () => undefined,
    async acquireConnection() {
      const before = last;
      let done: () => void = () => undefined;
      last = new Promise((resolve) => {
        done = resolve;
      });
      await before;
      release = done;
      return connection;
    },
    // A transaction that turned from reading to writing half-way could fail without a second chance.
    async beginTransaction(_, { isolationLevel }) {
      relaxed = isolationLevel === NOT_DURABLE;
      // The log is still written in order: the next durable transaction takes this one to the disk as well.
      if (relaxed) await run('pragma synchronous = normal');
      await run('begin immediate');
    },
    commitTransaction: async () => void (await run('commit')),
    async rollbackTransaction() {
      // A full disk has rolled it back already.
      if (connection.isBusy()) await run('rollback');
    },
    async releaseConnection() {
      try {
        if (relaxed && !connection.isClosed()) await run('pragma synchronous = full');
      } finally {
        relaxed = false;
        release();
      }
    },
    destroy: async () => undefined,
  };
}

function connectionOf(database: Database.Database, file: string): Connection {
  let accessWrites = 0;
  let closed = false;
  const statements = new Map<string, Statement>();
  const statementOf = (text: string): Statement => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const made = database.prepare(text);
    const access = !/^\s*select\b/i.test(text) && /\b(accounts|grants|tokens)\b/i.test(text);
    const statement: Statement = { prepared: made, reader: made.reader, access };
    if (statements.size >= STATEMENTS) statements.delete(statements.keys().next().value as string);
    statements.set(text, statement);
    return statement;
  };
  return {
    accessWrites: () => accessWrites,
    isBusy: () => !closed && database.inTransaction,
    isClosed: () => closed,
    close() {
      if (closed) return;
      closed = true;
      // What is under way is not to hold its locks until the library lets go of the last statement.
      if (database.inTransaction) database.prepare('rollback').run();
      statements.clear();
      database.close();
    },
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      for (const deadline = Date.now() + BUSY_LIMIT; ; ) {
        // The library ends the whole process where a database is used that was closed.
        if (closed) throw new StateError('unavailable', 'the state is closed', 'open it again');
        try {
          const { prepared, reader, access } = statementOf(sql);
          if (access) accessWrites++;
          if (reader) return { rows: prepared.all(parameters as unknown[]) as R[] };
          const { changes } = prepared.run(parameters as unknown[]);
          return { rows: [], numAffectedRows: BigInt(changes) };
        } catch (error) {
          const failure = stateError(error, file);
          if (!isStateError(failure, 'again') || database.inTransaction || Date.now() > deadline) throw failure;
        }
        await pause(BUSY_PAUSE);
      }
    },
    // biome-ignore lint/correctness/useYield: the interface wants a generator
    async *streamQuery() {
      throw new Error('the embedded database does not stream');
    },
  };
}

function stateError(error: unknown, file: string): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (error instanceof StateError || typeof code !== 'string') return error;
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return new StateError('conflict', 'it is there already', 'choose another name', error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new StateError('again', `another process is writing to ${file}`, 'try again', error);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new StateError('refused', `${file} is not a database, or damaged`, 'restore it from a backup', error);
  if (/^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|PERM)/.test(code) || /^E[A-Z]+$/.test(code))
    return new StateError(
      'unavailable',
      `the state in ${file} cannot be used: ${String(message)}`,
      'check the disk: free space and permissions',
      error,
    );
  return error;
}
