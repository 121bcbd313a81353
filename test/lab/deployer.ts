import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RolloutEvent } from '../../src/deploy/rollout/event.ts';
import { tool } from '../setup/tools.ts';
import type { Lab } from './lab.ts';
import type { LabProject } from './project.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A `zonewright` that runs on the deployer's machine. */
export interface Deploying {
  readonly events: readonly RolloutEvent[];
  /** Waits for an event; `undefined` where the program has ended without it. */
  event(wanted: (event: RolloutEvent) => boolean): Promise<RolloutEvent | undefined>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Deployed>;
}

/** How it ended. */
export interface Deployed {
  /** `undefined`: it was killed. */
  readonly status: number | undefined;
  readonly events: readonly RolloutEvent[];
  readonly stderr: string;
  /** What has become of each node. */
  readonly outcomes: Readonly<Record<string, string>>;
}

/** Starts a rollout from the deployer's namespace. */
export function startDeploy(lab: Lab, project: LabProject, ...args: readonly string[]): Deploying {
  const [command = 'deploy', ...options] = args;
  const zonewright = [process.execPath, MAIN, '-C', project.folder, command, '--json', ...options];
  // Of the namespaces only the network is entered, so that the process that is killed is the deployer itself.
  const child = spawn(tool('nsenter') ?? 'nsenter', ['-t', String(lab.deployer.pid), '-n', ...zonewright], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: RolloutEvent[] = [];
  let listeners: (() => void)[] = [];
  let [rest, stderr, over] = ['', '', false];
  const wake = () => {
    const woken = listeners;
    listeners = [];
    for (const listener of woken) listener();
  };
  child.stdout.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line));
    wake();
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([status]): Deployed => {
    over = true;
    wake();
    const ends = events.flatMap((event) => (event.type === 'node' ? [[event.node, event.outcome] as const] : []));
    return { status: status ?? undefined, events, stderr, outcomes: Object.fromEntries(ends) };
  });
  return {
    events,
    async event(wanted) {
      for (;;) {
        const found = events.find(wanted);
        if (found !== undefined || over) return found;
        await new Promise<void>((resolve) => listeners.push(resolve));
      }
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Rolls out and waits for the end. */
export function deploy(lab: Lab, project: LabProject, ...args: readonly string[]): Promise<Deployed> {
  return startDeploy(lab, project, ...args).ended;
}
