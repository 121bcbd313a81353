import { Option } from 'commander';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';

interface Options {
  readonly format: 'bind' | 'pem';
  readonly out: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** `zonewright keys export ZONE KEY --out DIR` */
export const declare: Declare = (command, run) => {
  command
    .argument('<zone>', 'the zone of the key')
    .argument('<key>', 'the id of the key, such as 13-04780, or its tag')
    .addOption(
      new Option('--format <format>', 'bind: K*.private and K*.key; pem: PKCS#8')
        .choices(['bind', 'pem'])
        .default('bind'),
    )
    .requiredOption('--out <dir>', 'the folder that gets the files')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys.schema.json)')
    .action((zone: string, key: string, options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { exportKey } = await import('../../pipeline/keys/export.ts');
        const { format, out, store } = options;
        const done = await exportKey(workspace, { zone, key, format, out, ...(store !== undefined && { store }) });
        if (done.kind === 'failure') return sayFailure(around, done);
        const { terminal } = around;
        if (options.json === true) {
          const { exportedJson } = await import('../../pipeline/keys/json.ts');
          await terminal.out(exportedJson(done));
          return EXIT.ok;
        }
        for (const file of done.files) await terminal.out(`${file}\n`);
        terminal.say('the private key stands there in plain text: move it where it is needed, and delete it here');
        return EXIT.ok;
      }),
    );
};
