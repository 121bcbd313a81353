import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { environment } from './environment.ts';

/** The program itself, as this process runs it. */
const MAIN = process.argv[1] ?? '';

/** What a run of the program came to. */
export interface SelfResult {
  readonly status: number | null;
  /** Both streams, as they came. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs `zonewright ARGS` in a folder to its end. */
export function runSelf(args: readonly string[], cwd: string): Promise<SelfResult> {
  return new Promise((done, fail) => {
    const child = start(args, cwd);
    let [output, stdout] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', fail);
    child.on('close', (status) => done({ status, output, stdout }));
  });
}

/** A run of the program that goes on aside. */
export interface Aside {
  /** Waits until it has printed something that matches, at or behind an offset. Rejects where it ends before. */
  readonly said: (pattern: RegExp, from?: number) => Promise<RegExpExecArray>;
  /** How much it has printed. */
  readonly offset: () => number;
  /** Ends it. */
  readonly stop: () => Promise<void>;
}

/** Starts `zonewright ARGS` in a folder; it ends with this process at the latest. */
export function startSelf(args: readonly string[], cwd: string): Aside {
  const child = start(args, cwd);
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  let said = '';
  const waiting: { pattern: RegExp; from: number; done: (found: RegExpExecArray) => void }[] = [];
  const look = (): void => {
    for (const each of [...waiting]) {
      const found = each.pattern.exec(said.slice(each.from));
      if (found === null) continue;
      waiting.splice(waiting.indexOf(each), 1);
      each.done(found);
    }
  };
  const add = (chunk: Buffer): void => {
    said += chunk.toString();
    look();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return {
    said: (pattern, from = 0) =>
      new Promise((done, fail) => {
        waiting.push({ pattern, from, done });
        void ended.then(() => fail(new Error(`zonewright ${args[0]} ended: ${said}`)));
        look();
      }),
    offset: () => said.length,
    stop: async () => {
      process.off('exit', endWithUs);
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function start(args: readonly string[], cwd: string): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}
