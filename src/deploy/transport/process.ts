import { spawn } from 'node:child_process';

/** What a program is run with. */
export interface ProcessOptions {
  readonly input?: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The most octets that it may print; those that `onOutput` is given do not count. */
  readonly most?: number | undefined;
  /** The whole environment of the program; that of this process unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** Is given what is printed as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** How a program ended. */
export type ProcessEnd =
  | { readonly kind: 'ended'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'timeout' | 'interrupted' | 'oversize' }
  | { readonly kind: 'missing'; readonly message: string };

/** More than any command of a node prints but for manifests. */
export const OUTPUT_KEPT = 1 << 24;
/** Of what goes wrong the end is enough. */
export const ERRORS_KEPT = 1 << 16;

/**
 * Runs a program without a shell, in a process group of its own, and waits for its end. All of the group is killed where it
 * takes too long, prints too much, or the signal asks for it.
 */
export function runProcess(program: string, args: readonly string[], options: ProcessOptions): Promise<ProcessEnd> {
  const { input, timeoutMs, signal, most = OUTPUT_KEPT, env, onOutput } = options;
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'interrupted' });
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: env ?? process.env });
    const chunks: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let early: ProcessEnd | undefined;
    const stop = (end: ProcessEnd): void => {
      early ??= end;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const interrupt = (): void => stop({ kind: 'interrupted' });
    const timer = setTimeout(() => stop({ kind: 'timeout' }), timeoutMs);
    signal.addEventListener('abort', interrupt, { once: true });
    const settle = (end: ProcessEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      resolve(end);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (onOutput !== undefined) return onOutput(chunk.toString('latin1'));
      size += chunk.length;
      if (size > most) stop({ kind: 'oversize' });
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-ERRORS_KEPT);
    });
    child.on('error', (error: NodeJS.ErrnoException) => settle({ kind: 'missing', message: error.message }));
    child.on('close', (status, killedBy) => {
      const stdout = Buffer.concat(chunks).toString();
      settle(early ?? { kind: 'ended', status: status ?? 128, stdout, stderr: stderr || (killedBy ?? '') });
    });
    // A program may end without reading all of its input; its exit status tells more than the broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
