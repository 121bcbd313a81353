import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { untilSignal } from './until-signal.ts';
import { version } from './version.ts';

/** The options of a process that serves or works. */
export interface ServeFlags {
  readonly repo: string;
  readonly state: string;
  readonly remote?: string;
  readonly remoteTimeout: number;
  readonly remoteLook: number;
}

/** Gives a command the options that say where repository and state are. */
export function withServeOptions(command: Command): Command {
  return command
    .requiredOption('--repo <dir>', 'the bare repository of the zones; made where there is none')
    .requiredOption(
      '--state <dir>',
      'the folder of the state (accounts, queue, releases, keys); made where there is none',
    )
    .option('--remote <url>', 'the repository that is the origin: every write is pushed to its branch main')
    .option('--remote-timeout <seconds>', 'how long one push or fetch may take', seconds(1), 20)
    .option('--remote-look <seconds>', 'how often to look whether somebody has pushed there; 0: never', seconds(0), 60);
}

/** What the flags and the environment come to. Throws a GitError where the remote's address is none. */
export async function openingOptions({ repo, state, remote, remoteTimeout, remoteLook }: ServeFlags) {
  const { readRemoteAddress } = await import('../git/remote-url.ts');
  return {
    repository: resolve(repo),
    folder: resolve(state),
    version: version(),
    program: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] as string)],
    databaseUrl: process.env.DATABASE_URL === '' ? undefined : process.env.DATABASE_URL,
    ...(remote !== undefined && {
      remote: {
        ...readRemoteAddress(remote),
        branch: 'main',
        timeout: remoteTimeout * 1000,
        wholeTimeout: remoteTimeout * 20_000,
      },
    }),
    ...(remoteLook > 0 && { lookEvery: remoteLook * 1000 }),
  };
}

/** How long what nobody waits for any more may still run once all is closed, in milliseconds. */
const LINGER = 2000;

/** Waits for Ctrl-C or a termination signal, then ends in order by `close`. A second signal ends the process at once. */
export async function closeAtSignal(close: () => Promise<void>): Promise<void> {
  await untilSignal();
  await close();
  // All is written and let go of: no straggler keeps a supervisor waiting.
  setTimeout(() => process.exit(), LINGER).unref();
}

/** Reads a number of seconds, at least so many and not more than a day. */
function seconds(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= 86_400) return value;
    throw new InvalidArgumentError(`Write whole seconds from ${least} to 86400.`);
  };
}
