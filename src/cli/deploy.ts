import type { Declare } from './commands.ts';
import { runRollout, type SharedOptions } from './rollout/run.ts';

/** `zonewright deploy` */
export const declare: Declare = (command, run) => {
  command
    .option('--release <dir>', 'roll out this release (default: build one of the working folder)')
    .option('--node <name>', 'only this node or group; can be given several times', collect, [])
    .option('--dry-run', 'say what each node would get, and change nothing')
    .option('--wait', 'wait for a rollout that is under way; of all who wait the newest goes on')
    .option('--break-lock', 'take the locks of nodes away from whoever has them')
    .option('--allow-deletes', 'lift the thresholds')
    .option('--force', 'roll out also what would break chains of trust')
    .option('--json', 'print what happens as JSON lines (schemas/rollout.schema.json)')
    .addHelpText(
      'after',
      '\nNodes and policy are in nodes.yaml and zonewright.yaml; docs/deploy.md explains both.\nExit status: 0; 1 a node failed, or the release passes a threshold; 69 a node could not be reached; 75 another rollout is under way; 130 interrupted.\nRun again after any of them: it goes on where it was.',
    )
    .action((options: SharedOptions & { readonly release?: string }) =>
      run((around) =>
        runRollout(around, options, async (workspace, watch) => {
          const { deploy } = await import('../pipeline/rollout/roll-out.ts');
          const { node, ...others } = options;
          return deploy(workspace, { ...others, nodes: node }, watch);
        }),
      ),
    );
};

/** Gathers an option that can be given several times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
