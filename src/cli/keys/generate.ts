import { algorithmText } from '../../dns/dnssec/ds.ts';
import { displayName } from '../../dns/name.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';

/** `zonewright keys generate [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones (default: all whose settings name a policy)')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys.schema.json)')
    .action((zones: string[], options: { store?: string; json?: boolean }) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { generateKeys } = await import('../../pipeline/keys/generate.ts');
        const done = await generateKeys(workspace, {
          zones,
          ...(options.store !== undefined && { store: options.store }),
        });
        if (done.kind === 'failure') return sayFailure(around, done);
        const { terminal } = around;
        if (options.json === true) {
          const { generatedJson } = await import('../../pipeline/keys/json.ts');
          await terminal.out(generatedJson(done));
          return EXIT.ok;
        }
        const { store, encrypted } = done;
        for (const { zone, made, ds, signed, differs } of done.zones) {
          const name = displayName(zone);
          for (const { id, role, algorithm } of made)
            await terminal.out(`${name} ${role} ${id} ${algorithmText(algorithm)}\n`);
          if (differs)
            terminal.say(`${name}: the policy asks for other keys than there are; "zonewright keys roll" changes them`);
          if (made.length === 0) {
            if (!differs) terminal.say(`${name}: has all its keys`);
            continue;
          }
          for (const each of ds) {
            const { key_tag, algorithm, digest_type, digest } = each;
            await terminal.out(
              `  later at the parent: ${zone} IN DS ${key_tag} ${algorithm} ${digest_type} ${digest}\n`,
            );
          }
          if (!signed) terminal.say(`${name}: set "dnssec: default" in its document, so that builds sign it`);
        }
        const count = done.zones.reduce((sum, { made }) => sum + made.length, 0);
        if (count > 0) {
          terminal.say(
            `the private ${count === 1 ? 'key is' : 'keys are'} in ${store}${encrypted ? ', encrypted with age' : ': keep a copy'}`,
          );
          terminal.say('next: zonewright build, roll the release out, then give the DS to the parent (zonewright ds)');
        }
        if (done.zones.length === 0) terminal.say('no zone has a DNSSEC policy; name a zone, or set "dnssec: default"');
        return EXIT.ok;
      }),
    );
};
