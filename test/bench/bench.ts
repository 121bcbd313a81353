import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a program: how long it took, how much memory it needed at most, and how it ended. */
export interface Run {
  readonly seconds: number;
  /** The peak of the resident set, in MB. */
  readonly megabytes: number;
}

/** A side of a comparison: the program and its arguments, or why it cannot be run here. */
export type Side =
  | {
      readonly kind: 'command';
      readonly argv: readonly string[];
      readonly cwd?: string;
      readonly env?: Record<string, string>;
      readonly before?: () => void;
      /** Whether its last line of output is JSON with the `seconds` that count: without getting ready and ending. */
      readonly timed?: boolean;
    }
  | { readonly kind: 'missing'; readonly reason: string };

/** One line of the table: ours held against a peer in the same run. */
export interface Bench {
  readonly name: string;
  /** What is held against what, in words. */
  readonly about: string;
  /**
   * The ratios that are aimed at, ours divided by the peer's, and how much memory ours may need whatever the peer does, in MB;
   * `undefined` where the aim is no ratio.
   */
  readonly goal: { readonly time: number; readonly memory?: number; readonly megabytes?: number } | undefined;
  /** Makes the inputs below the folder and names the two sides. */
  readonly prepare: (folder: string, scale: number) => Promise<Sides>;
}

/** The two sides of a comparison. */
export interface Sides {
  readonly ours: Side;
  readonly peer: Side;
  /** Ends what was started for them, and may have something to add to the line of the table. */
  readonly end?: () => Promise<string | undefined>;
}

/** The compiled program, as a user runs it. */
export const ZONEWRIGHT = [process.execPath, new URL('../../dist/cli/main.js', import.meta.url).pathname] as const;

/** Runs a program to its end without a shell. Throws where it cannot be started or does not end with 0. */
export async function run(side: Extract<Side, { kind: 'command' }>): Promise<Run> {
  side.before?.();
  const [program, ...args] = side.argv as [string, ...string[]];
  const started = process.hrtime.bigint();
  const child = spawn(program, args, {
    cwd: side.cwd,
    // Certificates that a machine adds to those of Node are read whenever Node starts, whatever it is then used for.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, ...side.env },
    stdio: ['ignore', side.timed === true ? 'pipe' : 'ignore', 'pipe'],
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (errors.length < 4000) errors += chunk.toString();
  });
  let peak = 0;
  const look = (): void => {
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // It has ended between two looks.
    }
  };
  const timer = setInterval(look, 5);
  const status = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  clearInterval(timer);
  const whole = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(`${side.argv.join(' ')} ended with ${status}: ${errors}`);
  if (side.timed !== true) return { seconds: whole, megabytes: peak / 1024 };
  const last = said.trim().split('\n').at(-1) ?? '';
  console.log(`  ${last}`);
  return { seconds: (JSON.parse(last) as { seconds: number }).seconds, megabytes: peak / 1024 };
}

/** The run with the middle time of several. */
export function middle(runs: readonly Run[]): Run {
  return [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)] as Run;
}
