import { resolve } from 'node:path';
import type { Declare, Surroundings } from './commands.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { sayFailure } from './project.ts';
import { version } from './version.ts';

interface Options {
  readonly branch: string;
  readonly state: string;
  readonly remote?: string;
}

/** More than any push says; git itself gives the lines. */
const MOST_INPUT = 64 * 1024 * 1024;

/** `zonewright hook NAME`: what git runs in the served repository when somebody pushes. */
export const declare: Declare = (command, run) => {
  const hook = (name: string, summary: string) =>
    command
      .command(name)
      .description(summary)
      .requiredOption('--branch <name>', 'the deployed branch')
      .requiredOption('--state <dir>', 'the folder of the state')
      .option('--remote <url>', 'the remote that the repository follows');
  hook('pre-receive', 'refuse a push that breaks zones').action((options: Options) =>
    run((around) => preReceive(around, options)),
  );
  hook('post-receive', 'tell what becomes of a push').action((options: Options) =>
    run((around) => postReceive(around, options)),
  );
};

async function preReceive(around: Surroundings, { branch, state, remote }: Options): Promise<ExitStatus> {
  const { readPushed } = await import('../pipeline/push/pushed.ts');
  const references = readPushed(await standardInput());
  const deployed = references.some(({ ref }) => ref === `refs/heads/${branch}`);
  const { openRepository } = await import('../git/repository.ts');
  const { judgePush } = await import('../pipeline/push/judge.ts');
  const folder = around.folder ?? process.cwd();
  const repository = deployed ? await openRepository(folder) : { folder, prefix: '', bare: true, shallow: false };
  if (repository === undefined) {
    around.terminal.say(`zonewright: ${folder} is no repository`);
    return EXIT.unavailable;
  }
  const judged = await judgePush(
    {
      repository,
      branch,
      remote,
      stateFolder: resolve(state),
      now: Date.now(),
      version: version(),
    },
    references,
  );
  if (judged.kind === 'failure') return sayFailure(around, judged);
  if (judged.text !== '') around.terminal.say(judged.text);
  return judged.kind === 'accepted' ? EXIT.ok : EXIT.refused;
}

/** The server watches the branch; here is only said whether there is one. Nothing that fails undoes the push. */
async function postReceive({ terminal }: Surroundings, { branch, state }: Options): Promise<ExitStatus> {
  const { readPushed } = await import('../pipeline/push/pushed.ts');
  const moved = readPushed(await standardInput()).find(({ ref }) => ref === `refs/heads/${branch}`);
  if (moved?.after === undefined) return EXIT.ok;
  const { isServed } = await import('../pipeline/push/served.ts');
  const commit = moved.after.slice(0, 12);
  if (isServed(resolve(state))) terminal.say(`zonewright: ${branch} is at ${commit}, which the server takes up now`);
  else terminal.say(`zonewright: ${branch} is at ${commit}; no server runs, the next one to start takes it up`);
  return EXIT.ok;
}

async function standardInput(): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    size += (part as Buffer).length;
    if (size > MOST_INPUT) throw new RangeError('the push moves too many references');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
