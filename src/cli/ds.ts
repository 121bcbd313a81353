import { dsText } from '../dnssec/ds-data.ts';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { requireWorkspace, sayFailure } from './project.ts';
import { storeOption } from './store-option.ts';

/** `zonewright ds [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones (default: all that have keys)')
    .option('--digest <types>', 'digest types, such as 2,4 (default: those of the policy; 2 is SHA-256, 4 is SHA-384)')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys.schema.json)')
    .action((zones: string[], options: { digest?: string; store?: string; json?: boolean }) =>
      run(async (around) => {
        const { terminal } = around;
        if (options.digest !== undefined && !/^[24](,[24])?$/.test(options.digest)) {
          terminal.say('zonewright: --digest takes 2, 4 or 2,4');
          return EXIT.usage;
        }
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { listDs } = await import('../pipeline/keys/list.ts');
        const listed = await listDs(workspace, {
          zones,
          ...(options.store !== undefined && { store: options.store }),
          ...(options.digest !== undefined && {
            digests: [...new Set(options.digest.split(','))].map((type) => (type === '2' ? 2 : 4)),
          }),
        });
        if (listed.kind === 'failure') return sayFailure(around, listed);
        if (options.json === true) {
          const { dsListJson } = await import('../pipeline/keys/json.ts');
          await terminal.out(dsListJson(listed));
          return EXIT.ok;
        }
        for (const { zone, keys, digests, early } of listed.zones) {
          await terminal.out(dsText(zone, keys, digests));
          if (keys.length === 0) terminal.say(`${zone}: its parent is to have no DS`);
          if (early) terminal.say(`${zone}: not for the parent yet: first a release with the key must be served`);
        }
        return EXIT.ok;
      }),
    );
};
