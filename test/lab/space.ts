import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../setup/alive.ts';
import type { ToolOptions, ToolResult } from '../setup/tools.ts';
import { runTool, tool } from '../setup/tools.ts';

/**
 * A machine of the lab: namespaces of its own for network, mounts, processes and host name, without a name that could
 * clash with another lab's. Its first process dies with the lab, also when that is killed, and the kernel then ends all
 * others in it and removes its network and mounts: nothing is left to clear away.
 */
export interface Space {
  readonly name: string;
  /** Its first process, as seen from outside. */
  readonly pid: number;
  /** Runs a program inside and waits for its end. */
  run(argv: readonly string[], options?: ToolOptions): Promise<ToolResult>;
  /** Runs a program inside that must end with status 0, and gives what it printed. */
  must(argv: readonly string[], options?: ToolOptions): Promise<string>;
  /** Starts a daemon inside, in the foreground; what it prints is appended to `NAME-<label>.log` in the lab's folder. */
  start(label: string, argv: readonly string[]): Promise<Daemon>;
  /** Where a file of the inside is seen from outside. */
  outside(path: string): string;
  /** Writes a file inside, with its folders. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** Ends all that runs inside, at once. */
  stop(): Promise<void>;
}

/** A process that runs in a space. */
export interface Daemon {
  readonly label: string;
  /** As seen from outside. */
  readonly pid: number;
  readonly log: string;
  running(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal, by default SIGTERM, and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

// Its children that nobody waits for are reaped by the kernel, as it ignores SIGCHLD.
const FIRST = "trap '' CHLD; exec sleep infinity";
const UNSHARE = ['--mount', '--net', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--mount-proc'];
const NAMESPACES = ['-m', '-n', '-p', '-u', '-i'];

/** Starts a machine, its loopback up; `logs` is where its daemons' output goes. */
export async function startSpace(name: string, logs: string): Promise<Space> {
  const argv = ['--pdeathsig', 'KILL', 'unshare', ...UNSHARE, '--propagation', 'private', 'sh', '-c', FIRST];
  const holder = spawn('setpriv', argv, { stdio: 'ignore' });
  const pid = await childOf(holder, (command) => command.startsWith('sleep'));
  const enter = ['-t', String(pid), ...NAMESPACES];
  const run = (program: readonly string[], options?: ToolOptions) =>
    runTool('nsenter', [...enter, ...program], options);
  const must = async (program: readonly string[], options?: ToolOptions) => {
    const { status, stdout, stderr } = await run(program, options);
    if (status !== 0) throw new Error(`${name}: ${program.join(' ')} ended with ${status}: ${stderr || stdout}`);
    return stdout;
  };
  const daemons: Daemon[] = [];
  const outside = (path: string) => join(`/proc/${pid}/root`, path);
  await must(['hostname', name]);
  await must(['ip', 'link', 'set', 'lo', 'up']);
  return {
    name,
    pid,
    run,
    must,
    outside,
    async start(label, program) {
      const daemon = await startDaemon(label, enter, program, join(logs, `${name}-${label}.log`));
      daemons.push(daemon);
      return daemon;
    },
    async write(path, text, mode = 0o644) {
      await must(['mkdir', '-p', dirname(path)]);
      writeFileSync(outside(path), text, { mode });
    },
    async stop() {
      if (holder.exitCode !== null || holder.signalCode !== null) return;
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
      // The kernel waits for processes inside until whoever started them has heard of their end.
      await Promise.all(daemons.map((daemon) => daemon.end('SIGKILL')));
      while (isAlive(pid)) await pause(5);
    },
  };
}

async function startDaemon(
  label: string,
  enter: readonly string[],
  argv: readonly string[],
  log: string,
): Promise<Daemon> {
  const output = createWriteStream(log, { flags: 'a' });
  await once(output, 'open');
  const [name = '', ...rest] = argv;
  const holder = spawn('nsenter', [...enter, tool(name) ?? name, ...rest], { stdio: ['ignore', output, output] });
  output.close();
  const pid = await childOf(holder, () => true).catch((cause) => {
    throw new Error(`${label} has not started: ${readFileSync(log, 'utf8').slice(-2000)}`, { cause });
  });
  const running = () => holder.exitCode === null && holder.signalCode === null;
  return {
    label,
    pid,
    log,
    running,
    signal(signal) {
      if (!running()) return;
      send(pid, signal);
      // nsenter stops with its child.
      if (signal === 'SIGCONT') holder.kill(signal);
    },
    async end(signal = 'SIGTERM') {
      if (!running()) return;
      const ended = once(holder, 'exit');
      const kill = () => {
        send(pid, 'SIGKILL');
        holder.kill('SIGKILL');
      };
      if (signal === 'SIGKILL') kill();
      else send(pid, signal);
      const timer = setTimeout(kill, 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Sends a signal to a process, which may have ended just now. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The one child of `unshare` or `nsenter`, once its command is as wanted. */
async function childOf(holder: ChildProcess, wanted: (command: string) => boolean): Promise<number> {
  const failed = once(holder, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (holder.exitCode !== null || holder.signalCode !== null) break;
    const child = holder.pid === undefined ? '' : read(`/proc/${holder.pid}/task/${holder.pid}/children`).trim();
    if (child !== '' && wanted(read(`/proc/${child}/cmdline`))) return Number(child);
    await Promise.race([pause(2), failed]);
  }
  throw new Error(`${holder.spawnargs.join(' ')} has ended with ${holder.exitCode ?? holder.signalCode}`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const UNTIL_LIMIT = 120_000;

/** Waits until something is so that nobody tells of; `what` stands in the error where it takes longer than two minutes. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + UNTIL_LIMIT;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`after ${UNTIL_LIMIT} ms it is still not so: ${what}`);
    await pause(50);
  }
}
