import { spawn } from 'node:child_process';
import type { CommandResult, RunOptions } from '../node/transport.ts';
import { ERRORS_KEPT, type ProcessEnd } from './process.ts';

/** A `zonewright-node session`: one process that runs command after command. */
export interface Session {
  /**
   * Runs a command; one at a time. Where the process comes to its end instead of answering, gives that: nothing more can be
   * run in it then.
   */
  run(command: string, options: SessionCommand): Promise<SessionEnd>;
  /** Whether the process has ended. */
  ended(): boolean;
  /** Lets it come to its end, and sees to it that it does. */
  close(): Promise<void>;
}

/** What a command in a session is run with. */
export type SessionCommand = Required<Pick<RunOptions, 'input' | 'timeoutMs' | 'most'>>;

/** How a command ended; `garbled`: what answers is no session. */
export type SessionEnd = ({ readonly kind: 'answer' } & CommandResult) | ProcessEnd | { readonly kind: 'garbled' };

/** The end of every answer: an exit status and the size of the output, in so many octets each. */
const STATUS = 3;
const SIZE = 9;

/** Milliseconds that the process has for its own end. */
const CLOSING = 2000;

/** Starts a program that speaks as a session does. It is killed, with all of its group, where the signal asks for it. */
export function openSession(program: string, args: readonly string[], signal: AbortSignal): Session {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let chunks: Buffer[] = [];
  let octets = 0;
  let stderr = '';
  let asked: { readonly settle: (end: SessionEnd) => void; readonly most: number; size?: number } | undefined;
  let over: SessionEnd | undefined;
  let gone = (): void => undefined;
  const closed = new Promise<void>((done) => {
    gone = done;
  });
  const finish = (end: SessionEnd): void => {
    over ??= end;
    signal.removeEventListener('abort', interrupt);
    asked?.settle(over);
  };
  const kill = (end: SessionEnd): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    finish(end);
  };
  const interrupt = (): void => kill({ kind: 'interrupted' });
  signal.addEventListener('abort', interrupt, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    octets += chunk.length;
    if (asked === undefined) return kill({ kind: 'garbled' });
    if (asked.size === undefined) {
      const head = Buffer.concat(chunks);
      const end = head.indexOf('\n');
      if (end < 0 && octets <= SIZE) return;
      if (!/^\d{1,9}$/.test(head.toString('latin1', 0, Math.max(0, end)))) return kill({ kind: 'garbled' });
      asked.size = Number(head.toString('latin1', 0, end));
      if (asked.size > asked.most) return kill({ kind: 'oversize' });
      chunks = [head.subarray(end + 1)];
      octets -= end + 1;
    }
    if (octets < asked.size) return;
    const answer = octets === asked.size ? readAnswer(Buffer.concat(chunks)) : undefined;
    if (answer === undefined) return kill({ kind: 'garbled' });
    [chunks, octets] = [[], 0];
    asked.settle({ kind: 'answer', ...answer });
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-ERRORS_KEPT);
  });
  child.on('error', (error) => finish({ kind: 'missing', message: error.message }));
  child.on('close', (status) => {
    finish({ kind: 'ended', status: status ?? 128, stdout: '', stderr });
    gone();
  });
  // How it has ended tells more than the broken pipe.
  child.stdin.on('error', () => undefined);
  return {
    async run(command, { input, timeoutMs, most }) {
      if (over !== undefined) return over;
      const timer = setTimeout(() => kill({ kind: 'timeout' }), timeoutMs);
      try {
        return await new Promise((settle) => {
          asked = { settle, most };
          child.stdin.write(`${Buffer.byteLength(input)} ${command}\n${input}`);
        });
      } finally {
        clearTimeout(timer);
        asked = undefined;
      }
    },
    ended: () => over !== undefined,
    async close() {
      const timer = setTimeout(() => kill({ kind: 'timeout' }), CLOSING);
      child.stdin.end();
      await closed;
      clearTimeout(timer);
    },
  };
}

function readAnswer(answer: Buffer): CommandResult | undefined {
  const tail = answer.length - STATUS - SIZE;
  if (tail < 0) return undefined;
  const status = Number(answer.toString('latin1', tail, tail + STATUS));
  const begin = tail - Number(answer.toString('latin1', tail + STATUS));
  if (!Number.isInteger(status) || !(begin >= 0 && begin <= tail)) return undefined;
  // The shell that puts the answer together takes the ends of lines away from the end of the output.
  const stdout = answer.toString('utf8', begin, tail);
  return { status, stdout: stdout === '' ? '' : `${stdout}\n`, stderr: answer.toString('utf8', 0, begin) };
}
