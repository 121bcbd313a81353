import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { needs, runTool, tool } from './tools.ts';

/** Debian keeps the server's programs out of PATH, in a folder for each version. */
const VERSIONS = '/usr/lib/postgresql';
const START_LIMIT = 90_000;

/** A PostgreSQL server of its own, in a temporary folder, on a Unix socket. */
export interface PostgresServer {
  /** A new, empty database: its URL. */
  database(): Promise<string>;
  /** Ends the server at once, as a crash does; what was committed stays. */
  crash(): Promise<void>;
  /** Starts it again after a crash. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** For `describe.skipIf`: the reason why there is no PostgreSQL server to start, like {@link needs}. */
export function needsPostgresql(): string | undefined {
  return needs(program('postgres') ?? 'postgres');
}

/** Starts a server. It never runs as root: then it runs as the user that Debian made for it. */
export async function startPostgresql(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-pg-'));
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  await giveToServer(folder);
  const made = await runTool(
    ...asServer(program('initdb') as string, [
      '-D',
      data,
      '-U',
      'tester',
      '-A',
      'trust',
      '-N',
      '-E',
      'UTF8',
      '--locale=C',
    ]),
    { cwd: folder },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const url = (database: string) => `postgresql://tester@/${database}?host=${encodeURIComponent(folder)}`;
  let child: ChildProcess | undefined;
  let count = 0;
  const start = async (): Promise<void> => {
    const settings = ['fsync=off', 'listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=80'];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    const [starter, starterArgs] = asServer(program('postgres') as string, args);
    child = spawn(tool(starter) as string, starterArgs, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    await answers(child, url('postgres'));
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    async database() {
      const name = `test_${++count}`;
      await query(url('postgres'), `create database ${name}`);
      return url(name);
    },
    crash: () => end('SIGQUIT'),
    start,
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function program(name: string): string | undefined {
  let versions: string[] = [];
  try {
    versions = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
  } catch {
    // Not Debian, or not installed.
  }
  return tool(name) ?? versions.map((version) => tool(join(VERSIONS, version, 'bin', name))).find(Boolean);
}

/** The server refuses to run as root. setpriv becomes the server, so that signals reach it. */
function asServer(command: string, args: readonly string[]): [string, string[]] {
  if (userInfo().uid !== 0) return [command, [...args]];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]];
}

async function giveToServer(folder: string): Promise<void> {
  if (userInfo().uid !== 0) return;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => runTool('id', [what, 'postgres'])));
  chownSync(folder, Number(uid?.stdout), Number(gid?.stdout));
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  let log = '';
  child.stderr?.on('data', (text) => {
    log = (log + text).slice(-10_000);
  });
  for (const deadline = Date.now() + START_LIMIT; Date.now() < deadline; ) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    try {
      await query(url, 'select 1');
      return;
    } catch {
      // The server says that it is ready only by answering.
      await pause(20);
    }
  }
  child.kill('SIGKILL');
  throw new Error(`PostgreSQL does not answer:\n${log}`);
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}
