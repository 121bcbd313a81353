import type { ChildProcessByStdio, ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { GitError, gitFailed, gitMissing } from './error.ts';

/**
 * git is started directly. simple-git costs 50 ms for every command that prints nothing, as much as a whole incremental
 * build, and has no way to stop a `git log` half way or to keep a `git cat-file --batch` open.
 */

/** Settings that hold for every call: nothing of the user's taste, no program started by configuration, no repository lock. */
const SETTINGS = [
  '-c',
  'core.quotepath=off',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'log.showSignature=false',
  '-c',
  'log.showRoot=true',
  '-c',
  'log.follow=false',
  '-c',
  'diff.relative=false',
];

/** Variables that would make git look at another repository than the one that the folder is in. A hook sets them. */
const DROPPED = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_CEILING_DIRECTORIES',
];

function environment(args: readonly string[]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    // check-ignore takes paths, and dies of being told so.
    GIT_LITERAL_PATHSPECS: args[0] === 'check-ignore' ? '0' : '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: '',
  };
  for (const name of DROPPED) delete env[name];
  return env;
}

function argumentsFor(folder: string, args: readonly string[]): string[] {
  return ['-C', folder, ...SETTINGS, ...args];
}

/** What a finished git said. */
export interface GitAnswer {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bounds of a run that talks to another machine. */
export interface RunLimits {
  /** Milliseconds after which git and all that it started are ended. */
  readonly timeout: number;
  /** Variables that only this run sees. Secrets go here, never into arguments. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told the process that runs. */
  readonly started?: (pid: number) => void;
}

/** Octets of output that are kept of a run with limits. */
const LIMITED_OUTPUT = 1024 * 1024;

/**
 * Runs git in a folder, without a shell, and waits for its end. Whoever calls puts `--end-of-options` or `--` before what
 * a user or a repository named, so that none of it becomes an option.
 *
 * @throws GitError where git cannot be started.
 */
export function runGit(
  folder: string,
  args: readonly string[],
  input?: string,
  limits?: RunLimits,
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', argumentsFor(folder, args), {
      env: { ...environment(args), ...limits?.env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A group of its own can be ended as a whole, and has no terminal on which ssh could ask for a password.
      detached: limits !== undefined,
    }) as ChildProcessByStdio<null, Readable, Readable> | ChildProcessWithoutNullStreams;
    if (child.pid !== undefined) limits?.started?.(child.pid);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let room = limits === undefined ? Infinity : LIMITED_OUTPUT;
    const take = (parts: Buffer[]) => (chunk: Buffer) => {
      room -= chunk.length;
      if (room >= 0) parts.push(chunk);
    };
    child.stdout.on('data', take(out));
    child.stderr.on('data', take(err));
    const timer =
      limits &&
      setTimeout(() => {
        endGroup(child.pid);
        child.stdout.destroy();
        child.stderr.destroy();
        reject(
          new GitError('unavailable', `git ${args[0]} did not end within ${limits.timeout / 1000} s`, 'try again'),
        );
      }, limits.timeout);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(gitMissing(error));
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({
        status: status ?? 128,
        stdout: out.length === 1 ? (out[0] as Buffer) : Buffer.concat(out),
        stderr: Buffer.concat(err).toString('utf8'),
      });
    });
    if (child.stdin !== null) {
      // A git that ends before it has read its input breaks the pipe; its exit status tells more.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    }
  });
}

/** Lets a process that was started have what processors the others leave: nobody waits for its answer. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, 10);
  } catch {
    // It is done already.
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in this very moment.
  }
}

/** Like {@link runGit}, and throws a GitError for any other exit status than 0. */
export async function askGit(folder: string, args: readonly string[], input?: string): Promise<Buffer> {
  const answer = await runGit(folder, args, input);
  if (answer.status !== 0) throw gitFailed(args, answer.stderr);
  return answer.stdout;
}

/** Like {@link askGit}, blocking. For the one blob that nobody expected to need. */
export function askGitSync(folder: string, args: readonly string[], limit: number): Buffer {
  const done = spawnSync('git', argumentsFor(folder, args), {
    env: environment(args),
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: limit,
    windowsHide: true,
  });
  if (done.error !== undefined) throw gitMissing(done.error);
  if (done.status !== 0) throw gitFailed(args, done.stderr.toString('utf8'));
  return done.stdout;
}

/** Starts a git that talks over its standard input and output for as long as it is needed. */
export function startGit(folder: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', argumentsFor(folder, args), {
    env: environment(args),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
}
