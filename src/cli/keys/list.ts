import { displayName } from '../../dns/name.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';

/** `zonewright keys list [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones (default: all that have keys)')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys.schema.json)')
    .action((zones: string[], options: { store?: string; json?: boolean }) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { listKeys } = await import('../../pipeline/keys/list.ts');
        const listed = await listKeys(workspace, {
          zones,
          ...(options.store !== undefined && { store: options.store }),
        });
        if (listed.kind === 'failure') return sayFailure(around, listed);
        const { terminal } = around;
        if (options.json === true) {
          const { listJson } = await import('../../pipeline/keys/json.ts');
          await terminal.out(listJson(listed));
          return EXIT.ok;
        }
        for (const { zone, keys } of listed.zones) {
          for (const { key, state, ds } of keys) {
            const leaving = key.goal === 'retire' ? ' leaving' : '';
            const made = new Date(key.created * 1000).toISOString().slice(0, 10);
            await terminal.out(`${displayName(zone)} ${key.id} ${key.role} ${state}${leaving}, made ${made}\n`);
            for (const each of ds) {
              const { key_tag, algorithm, digest_type, digest } = each;
              await terminal.out(`  DS ${key_tag} ${algorithm} ${digest_type} ${digest}\n`);
            }
          }
          if (keys.length === 0) terminal.say(`${displayName(zone)} has no keys`);
        }
        return EXIT.ok;
      }),
    );
};
