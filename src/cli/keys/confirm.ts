import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';
import { statusLines } from './status-lines.ts';

interface Options {
  /** `false`: `--no-ds`. */
  readonly ds?: readonly string[] | false;
  readonly release?: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** `zonewright keys confirm ZONE` */
export const declare: Declare = (command, run) => {
  command
    .argument('<zone>', 'the zone')
    .option('--ds <key...>', 'the keys that have a DS at the parent, by their ids or key tags')
    .option('--no-ds', 'the parent has no DS of the zone')
    .option('--release <dir>', 'the release that is served: how far its roll-overs are')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys-status.schema.json)')
    .action((zone: string, { ds, release, store, json }: Options) =>
      run(async (around) => {
        const { terminal } = around;
        if (ds === undefined) {
          terminal.say('zonewright: say what you have seen at the parent: --ds KEY..., or --no-ds');
          return EXIT.usage;
        }
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { confirmDs } = await import('../../pipeline/keys/confirm.ts');
        const confirmed = await confirmDs(workspace, {
          zone,
          ds: ds === false ? [] : ds,
          ...(release !== undefined && { release }),
          ...(store !== undefined && { store }),
        });
        if (confirmed.kind === 'failure') return sayFailure(around, confirmed);
        if (json === true) {
          const { confirmedJson } = await import('../../pipeline/keys/status-json.ts');
          await terminal.out(confirmedJson(confirmed));
          return EXIT.ok;
        }
        await terminal.out(statusLines(confirmed.status, Math.floor(workspace.now / 1000), terminal.paint));
        return EXIT.ok;
      }),
    );
};
