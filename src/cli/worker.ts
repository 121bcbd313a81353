import { resolve } from 'node:path';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFailure } from './project.ts';
import { closeAtSignal, openingOptions, type ServeFlags, withServeOptions } from './serve-option.ts';

/** `zonewright worker` */
export const declare: Declare = (command, run) => {
  withServeOptions(command)
    .addHelpText('after', '\nDATABASE_URL names the PostgreSQL database that all processes share.')
    .action((flags: ServeFlags) =>
      run(async (around) => {
        const { terminal } = around;
        if ((process.env.DATABASE_URL ?? '') === '') {
          terminal.say('zonewright: a worker shares a PostgreSQL database with a server; set DATABASE_URL');
          return EXIT.usage;
        }
        const [{ startWorkerProcess }, { orFailure }] = await Promise.all([
          import('../server/running.ts'),
          import('../pipeline/failure.ts'),
        ]);
        const options = await openingOptions(flags);
        const started = await orFailure(async () => ({
          kind: 'started' as const,
          close: await startWorkerProcess(options),
        }));
        if (started.kind === 'failure') return sayFailure(around, started);
        await terminal.out(`working on ${resolve(flags.repo)}\n`);
        await closeAtSignal(started.close);
        return EXIT.ok;
      }),
    );
};
