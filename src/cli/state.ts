import { resolve } from 'node:path';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFailure } from './project.ts';
import { type StateFlags, statePlace, withStateOptions } from './state-option.ts';

/** `zonewright state COMMAND` */
export const declare: Declare = (command, run) => {
  withStateOptions(command.command('rebuild').description('make the ids of zones and records anew from the history'))
    .requiredOption('--repo <dir>', 'the repository of the server')
    .addHelpText(
      'after',
      '\nAccounts, tokens and the queue are left alone. Ids that commits carry are the same afterwards.',
    )
    .action((options: StateFlags & { readonly repo: string }) =>
      run(async (around) => {
        const { rebuildState } = await import('../pipeline/access/rebuild.ts');
        const rebuilt = await rebuildState(statePlace(options), resolve(options.repo), 'main');
        if (rebuilt.kind === 'failure') return sayFailure(around, rebuilt);
        const { commit, commits } = rebuilt;
        if (options.json === true)
          await around.terminal.out(`${JSON.stringify({ format_version: '1.0', commit, commits }, null, 2)}\n`);
        else around.terminal.say(`the ids stand at ${commit.slice(0, 12)}, after ${commits} commits`);
        return EXIT.ok;
      }),
    );
};
