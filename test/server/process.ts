import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { MAIN, zonewright } from '../setup/program.ts';

/** A `zonewright serve` of its own. */
export interface Server {
  readonly url: string;
  readonly child: ChildProcess;
  readonly said: () => string;
  /** What it wrote to standard output. */
  readonly printed: () => string;
}

/** Where it has its things. */
export interface Place {
  readonly repository: string;
  readonly state: string;
  readonly remote?: string;
  readonly databaseUrl?: string;
  /** More options of the command. */
  readonly options?: readonly string[];
}

/** Starts one, which ends with the test. */
export async function start({ repository, state, remote, databaseUrl, options = [] }: Place): Promise<Server> {
  const args = ['serve', '--repo', repository, '--state', state, '--listen', '127.0.0.1:0', ...options];
  const child = spawn(process.execPath, [MAIN, ...args, ...(remote === undefined ? [] : ['--remote', remote])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', DATABASE_URL: databaseUrl ?? '' },
  });
  // Its folders are removed once it writes nothing any more.
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  let said = '';
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      printed += `${line}\n`;
      const found = /^listening on (\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(said)));
  });
  return { url, child, said: () => said, printed: () => printed };
}

/** Ends one by a signal; gives its exit status. */
export async function end({ child }: Server, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** Adds an admin; gives the secret. */
export function admin({ state, databaseUrl }: Place): string {
  const run = zonewright(['user', 'add', 'root', '--admin', '--state', state], {
    env: { DATABASE_URL: databaseUrl ?? '' },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly commit: string | null;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

/** Sends a request to the native API. */
export async function ask(
  { url }: Server,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, commit: headers.get('zonewright-commit'), json: text === '' ? {} : JSON.parse(text) };
}

/** Writes an address. */
export const write = (server: Server, token: string, zone: string, name: string, value: string) =>
  ask(server, token, 'PUT', `/zones/${zone}/rrsets/${name}/A`, { values: [value] });
