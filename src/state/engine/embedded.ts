import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { CompiledQuery, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import Database from 'libsql';
import { isStateError, StateError } from '../error.ts';
import type { Tables } from '../tables.ts';
import type { Channel, Engine } from './engine.ts';

/** How long another process may hold the database before this one gives up, in milliseconds. */
const BUSY_LIMIT = 10_000;
/** How long to wait before asking again, in milliseconds; SQLite would wait itself, and the whole process with it. */
const BUSY_PAUSE = 4;
/** Prepared statements that are kept; the program has fewer than this, lists of different lengths aside. */
const STATEMENTS = 200;

type Statement = ReturnType<Database.Database['prepare']>;

/**
 * SQLite in this process, in a file that its owner alone may read. What is committed is on the disk. Several processes may
 * have it open; writers wait for one another.
 *
 * @throws StateError `unavailable` where the file cannot be opened, `refused` where it holds something else.
 */
export function openEmbedded(file: string): Engine {
  const database = open(file);
  const listeners = new Map<Channel, Set<() => void>>();
  return {
    kind: 'embedded',
    query: new Kysely<Tables>({ dialect: dialectOf(database, file) }),
    // Every transaction is the only one that writes.
    lockSchema: async () => undefined,
    isTransient: () => false,
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
    close: async () => void database.close(),
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

function dialectOf(database: Database.Database, file: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverOf(database, file),
    createIntrospector: (query) => new SqliteIntrospector(query),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** One connection, which queries and transactions take in the order in which they ask. */
function driverOf(database: Database.Database, file: string): Driver {
  const connection = connectionOf(database, file);
  const run = (command: string) => connection.executeQuery(CompiledQuery.raw(command));
  let last = Promise.resolve();
  let release: () => void = () => undefined;
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
    beginTransaction: async () => void (await run('begin immediate')),
    commitTransaction: async () => void (await run('commit')),
    async rollbackTransaction() {
      // A full disk has rolled it back already.
      if (database.inTransaction) await run('rollback');
    },
    releaseConnection: async () => release(),
    destroy: async () => undefined,
  };
}

function connectionOf(database: Database.Database, file: string): DatabaseConnection {
  const statements = new Map<string, Statement>();
  const prepared = (text: string): Statement => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    if (statements.size >= STATEMENTS) statements.delete(statements.keys().next().value as string);
    statements.set(text, statement);
    return statement;
  };
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      for (const deadline = Date.now() + BUSY_LIMIT; ; ) {
        try {
          const statement = prepared(sql);
          if (statement.reader) return { rows: statement.all(parameters as unknown[]) as R[] };
          const { changes } = statement.run(parameters as unknown[]);
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
