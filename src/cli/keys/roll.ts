import { Option } from 'commander';
import { algorithmText } from '../../dns/dnssec/ds.ts';
import type { SigningAlgorithm } from '../../dns/dnssec/policy.ts';
import { displayName } from '../../dns/name.ts';
import type { KeyRole } from '../../dnssec/key.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';
import { waitLines } from './status-lines.ts';

interface Options {
  readonly role?: KeyRole | 'all';
  readonly algorithm?: string;
  readonly due?: boolean;
  readonly again?: boolean;
  readonly release?: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** `zonewright keys roll [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones (with --due, default: all that have keys)')
    .addOption(
      new Option('--role <role>', 'which keys (default: those that the policy asks for anew, else all)').choices([
        'csk',
        'ksk',
        'zsk',
        'all',
      ]),
    )
    .addOption(
      new Option('--algorithm <number>', 'begin only where the policy says this algorithm').choices([
        '8',
        '10',
        '13',
        '14',
        '15',
        '16',
      ]),
    )
    .option('--due', 'only what the periods of policies, or changes of policies, ask for')
    .option('--again', 'also where a roll-over of these keys is still under way')
    .option('--release <dir>', 'the release that is served: how far its roll-overs are')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys-status.schema.json)')
    .action((zones: string[], { role, algorithm, due, again, release, store, json }: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { rollKeys } = await import('../../pipeline/keys/roll.ts');
        const rolled = await rollKeys(workspace, {
          zones,
          ...(role !== undefined && { role }),
          ...(algorithm !== undefined && { algorithm: Number(algorithm) as SigningAlgorithm }),
          ...(due !== undefined && { due }),
          ...(again !== undefined && { again }),
          ...(release !== undefined && { release }),
          ...(store !== undefined && { store }),
        });
        if (rolled.kind === 'failure') return sayFailure(around, rolled);
        const { terminal } = around;
        if (json === true) {
          const { rolledJson } = await import('../../pipeline/keys/status-json.ts');
          await terminal.out(rolledJson(rolled));
          return EXIT.ok;
        }
        for (const { made, leaving, status } of rolled.zones) {
          const lines = [
            `${displayName(status.zone)}: a roll-over has begun`,
            ...made.map(({ id, role: is, algorithm }) => `  new: ${is} ${id} ${algorithmText(algorithm)}`),
            ...leaving.map(({ id, role: is, algorithm }) => `  to go: ${is} ${id} ${algorithmText(algorithm)}`),
            ...waitLines(status.waits),
          ];
          await terminal.out(`${lines.join('\n')}\n`);
        }
        for (const zone of rolled.later) {
          terminal.say(`${displayName(zone)}: its policy asks for other keys, after the roll-over that is under way`);
        }
        if (rolled.zones.length > 0) terminal.say('"zonewright keys status" says at any time what is waited for');
        else if (rolled.later.length === 0) terminal.say('no roll-over is due');
        return EXIT.ok;
      }),
    );
};
