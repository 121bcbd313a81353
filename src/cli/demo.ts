import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';

/** `zonewright demo` */
export const declare: Declare = (command, run) => {
  command
    .option('--keep', 'keep the scratch folder (default: it is deleted at the end)')
    .addHelpText(
      'after',
      '\nNeeds neither root nor a name server; everything happens in a scratch folder and on loopback.',
    )
    .action((options: { keep?: boolean }) =>
      run(async ({ terminal }) => {
        const { runDemo } = await import('./demo/run.ts');
        return (await runDemo(terminal, { keep: options.keep === true })) ? EXIT.ok : EXIT.fault;
      }),
    );
};
