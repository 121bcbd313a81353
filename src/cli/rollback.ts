import type { Declare } from './commands.ts';
import { collect } from './deploy.ts';
import { runRollout, type SharedOptions } from './rollout/run.ts';

/** `zonewright rollback` */
export const declare: Declare = (command, run) => {
  command
    .option(
      '--to <release>',
      'the release to go back to, or the beginning of its name (default: the one before the last)',
    )
    .option('--node <name>', 'only this node or group; can be given several times', collect, [])
    .option('--dry-run', 'say what each node would get, and change nothing')
    .option('--wait', 'wait for a rollout that is under way')
    .option('--break-lock', 'take the locks of nodes away from whoever has them')
    .option('--force', 'go back also where that breaks chains of trust')
    .option('--json', 'print what happens as JSON lines (schemas/rollout.schema.json)')
    .addHelpText(
      'after',
      '\nThe serials go back with the zones; the repository is left as it is: revert the commit there.',
    )
    .action((options: SharedOptions & { readonly to?: string }) =>
      run((around) =>
        runRollout(around, options, async (workspace, watch) => {
          const { rollback } = await import('../pipeline/rollout/roll-out.ts');
          const { node, ...others } = options;
          return rollback(workspace, { ...others, nodes: node }, watch);
        }),
      ),
    );
};
