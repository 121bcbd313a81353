import { displayName } from '../../dns/name.ts';
import { isEntry } from '../../dnssec/key.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';

interface Options {
  readonly breakTheChain?: boolean;
  readonly release?: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** `zonewright keys remove ZONE KEY` */
export const declare: Declare = (command, run) => {
  command
    .argument('<zone>', 'the zone of the key')
    .argument('<key>', 'the id of the key, such as 13-04780, or its tag')
    .option('--break-the-chain', 'remove it even where resolvers may need it')
    .option('--release <dir>', 'the release that is served: what it did with keys')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys.schema.json)')
    .action((zone: string, key: string, options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { removeKey } = await import('../../pipeline/keys/remove.ts');
        const { breakTheChain, release, store } = options;
        const done = await removeKey(workspace, {
          zone,
          key,
          breakTheChain: breakTheChain === true,
          ...(release !== undefined && { release }),
          ...(store !== undefined && { store }),
        });
        if (done.kind === 'failure') return sayFailure(around, done);
        const { terminal } = around;
        if (options.json === true) {
          const { removedJson } = await import('../../pipeline/keys/json.ts');
          await terminal.out(removedJson(done));
          return EXIT.ok;
        }
        const name = displayName(done.zone);
        await terminal.out(`removed ${name} ${done.key.role} ${done.key.id}, which was ${done.state}\n`);
        if (done.broken.length > 0) {
          terminal.say(`${name}: resolvers that validate may fail now: the key ${done.broken.join('; the key ')}`);
          const first = isEntry(done.key) ? `have the DS of ${done.key.id} removed at the parent, and ` : '';
          terminal.say(`${first}build and roll the release out at once`);
        }
        return EXIT.ok;
      }),
    );
};
