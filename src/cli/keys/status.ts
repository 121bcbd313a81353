import { displayName } from '../../dns/name.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';
import { statusLines } from './status-lines.ts';

interface Options {
  readonly release?: string;
  readonly askParent?: boolean;
  readonly store?: string;
  readonly json?: boolean;
}

/** `zonewright keys status [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones (default: all that have keys or are to be signed)')
    .option('--release <dir>', 'the release that is served: its signatures, and how far its roll-overs are')
    .option('--ask-parent', 'ask all servers of the parents for the DS, and record what they agree upon')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys-status.schema.json)')
    .action((zones: string[], { release, askParent, store, json }: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { statusOfKeys } = await import('../../pipeline/keys/status.ts');
        const status = await statusOfKeys(workspace, {
          zones,
          ...(release !== undefined && { release }),
          ...(askParent !== undefined && { askParent }),
          ...(store !== undefined && { store }),
        });
        if (status.kind === 'failure') return sayFailure(around, status);
        const { terminal } = around;
        if (json === true) {
          const { statusJson } = await import('../../pipeline/keys/status-json.ts');
          await terminal.out(statusJson(status));
        } else {
          for (const zone of status.zones) {
            await terminal.out(statusLines(zone, Math.floor(workspace.now / 1000), terminal.paint));
          }
          if (status.zones.length === 0) terminal.say('no zone has keys, and none has a DNSSEC policy');
        }
        for (const { zone, asked } of status.zones) {
          if (asked?.kind !== 'doubt') continue;
          terminal.say(`zonewright: ${displayName(zone)}: nothing was recorded: ${asked.message}`);
          terminal.say(`  ${terminal.sayPaint.dim('fix:')} ${asked.fix}`);
        }
        if (status.zones.some(({ keys }) => keys.some(({ half }) => half === 'sealed'))) {
          terminal.say('zonewright: no age identity is set, so private keys were not decrypted, only seen to be whole');
        }
        const isAlarming = status.zones.some(({ alarms }) => alarms.some(({ severity }) => severity === 'error'));
        return isAlarming ? EXIT.refused : EXIT.ok;
      }),
    );
};
