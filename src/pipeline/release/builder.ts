import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lowerPriority } from '../../git/run.ts';
import { failure } from '../failure.ts';
import type { Made, WantedRelease } from './make.ts';

/** Makes releases in a process of its own, which stays for the next one. */
export interface ReleaseBuilder {
  /**
   * Makes a release, after those that were asked for before. Rejects where the signal says to stop: the process is killed
   * then, and the release in its folder is as it was, or the new one.
   */
  make(wanted: WantedRelease, signal: AbortSignal): Promise<Made>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** Most octets that are read of one answer. */
const ANSWER = 256 * 1024 * 1024;

/** How long a process is waited for that was told to end, in milliseconds. */
const GRACE = 2000;

const NEWLINE = 10;

/**
 * A builder, whose process is started with the first release and again whenever it has ended. It keeps what it knows from
 * one release to the next, so that a release costs what has changed; requests are answered meanwhile, and the process gives
 * way to whatever else is to be done. `argv` is the program with its hidden command, which answers lines on its standard input with
 * lines on its standard output, and ends when the input does.
 */
export function openBuilder(argv: readonly string[]): ReleaseBuilder {
  let child: Child | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  const ask = async (wanted: WantedRelease, signal: AbortSignal): Promise<Made> => {
    signal.throwIfAborted();
    for (;;) {
      // One that is started now would outlive the server.
      if (closed) throw new Error('the server ends');
      if (child?.ended() !== false) child = startChild(argv);
      const { isFresh } = child;
      const answer = await child.ask(wanted, signal);
      if (typeof answer !== 'string') return answer;
      // What has been there for a while may have ended by itself, or have stumbled over what it kept.
      if (!isFresh()) continue;
      const built = failure('unavailable', `the release could not be made: ${answer}`, 'look at the log of the server');
      return { built, keysFor: [], schedule: undefined };
    }
  };
  return {
    make(wanted, signal) {
      const made = turn.then(() => ask(wanted, signal));
      turn = made.catch(() => undefined);
      return made;
    },
    async close() {
      closed = true;
      await child?.end();
    },
  };
}

/** A process that makes releases. */
interface Child {
  /** What was made; a text where the process has ended without an answer: the last that it said. */
  ask(wanted: WantedRelease, signal: AbortSignal): Promise<Made | string>;
  /** Whether it has not made any release yet. */
  isFresh(): boolean;
  ended(): boolean;
  end(): Promise<void>;
}

function startChild(argv: readonly string[]): Child {
  const [program, ...args] = argv as [string, ...string[]];
  const child: ChildProcessWithoutNullStreams = spawn(program, args, { stdio: 'pipe' });
  if (child.pid !== undefined) lowerPriority(child.pid);
  let waiting: { answer: (made: Made | string) => void; fail: (error: unknown) => void } | undefined;
  let parts: Buffer[] = [];
  let octets = 0;
  let complaint = '';
  let answers = 0;
  let ended = false;

  child.on('error', (error) => {
    ended = true;
    waiting?.fail(error);
  });
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (part: Buffer) => {
    octets += part.length;
    parts.push(part);
    if (octets > ANSWER) child.kill('SIGKILL');
    if (octets > ANSWER || part.at(-1) !== NEWLINE) return;
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    octets = 0;
    answers++;
    waiting?.answer(JSON.parse(text) as Made);
  });
  child.stderr.on('data', (part: Buffer) => {
    complaint = (complaint + part.toString('utf8')).slice(-2000);
  });
  child.on('close', () => {
    ended = true;
    waiting?.answer(complaint.trim().split('\n').at(-1) || 'it said nothing');
  });
  return {
    isFresh: () => answers === 0,
    ended: () => ended || child.exitCode !== null || child.signalCode !== null,
    async ask(wanted, signal) {
      const stop = (): void => {
        child.kill('SIGKILL');
        waiting?.fail(signal.reason);
      };
      signal.addEventListener('abort', stop);
      try {
        return await new Promise((answer, fail) => {
          waiting = { answer, fail };
          child.stdin.write(`${JSON.stringify(wanted)}\n`);
        });
      } finally {
        waiting = undefined;
        signal.removeEventListener('abort', stop);
      }
    },
    async end() {
      if (ended || child.pid === undefined) return;
      const closed = once(child, 'close');
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await closed;
      clearTimeout(timer);
    },
  };
}
