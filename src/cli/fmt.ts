import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { findFolder } from './project.ts';

/** `zonewright fmt [FILE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument(
      '[file...]',
      'documents to format (default: every zone, template and zonewright.yaml of the project); - for standard input',
    )
    .option('--check', 'change nothing; exit 1 if a document is not in canonical layout')
    .option('--sort', 'put the names of each zone into canonical order too')
    .option('--json', 'print a JSON document (schemas/fmt.schema.json)')
    .action((files: string[], options: { check?: boolean; sort?: boolean; json?: boolean }) =>
      run(async (around) => {
        const { terminal } = around;
        const { formatFiles, formatText, projectDocuments } = await import('../pipeline/format.ts');
        const sort = options.sort === true;
        if (files.length === 1 && files[0] === '-') {
          const formatted = formatText('-', readFileSync(0), sort);
          if (formatted.kind !== 'formatted') {
            terminal.say(`zonewright: ${formatted.message}`);
            return EXIT.refused;
          }
          await terminal.out(formatted.text);
          return EXIT.ok;
        }
        const project = await findFolder(around);
        if (files.length === 0 && project === undefined) {
          terminal.say(
            'zonewright: there is no zonewright.yaml and no zones/ here or above; name files, or a folder with -C',
          );
          return EXIT.usage;
        }
        const base = project ?? process.cwd();
        const paths = files.length > 0 ? files.map((file) => resolve(file)) : projectDocuments(base);
        const results = formatFiles(paths, { sort, write: options.check !== true });
        const changed = results.filter((result) => result.kind === 'changed');
        const broken = results.filter((result) => result.kind === 'broken');
        if (options.json === true) {
          const listed = results.map(({ path, ...result }) => ({ file: relative(base, path), ...result }));
          await terminal.out(`${JSON.stringify({ format_version: '1.0', files: listed }, null, 2)}\n`);
        } else {
          for (const { path } of changed) await terminal.out(`${relative(process.cwd(), path)}\n`);
        }
        for (const { path, message } of broken) terminal.say(`${relative(process.cwd(), path)}: ${message}`);
        return broken.length > 0 || (options.check === true && changed.length > 0) ? EXIT.refused : EXIT.ok;
      }),
    );
};
