import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Option } from 'commander';
import type { Checked } from '../pipeline/check.ts';
import { type ReportFormat, reportFormats } from '../pipeline/report/report.ts';
import type { Declare, Surroundings } from './commands.ts';
import { EXIT } from './exit.ts';
import { requireWorkspace, sayFailure } from './project.ts';
import { version } from './version.ts';

interface Options {
  readonly format: ReportFormat;
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly at?: string;
  readonly cache: boolean;
}

/** `zonewright check [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones to look at (default: all)')
    .addOption(new Option('--format <format>', 'how to print what is found').choices(reportFormats).default('text'))
    .option('--json', 'the same as --format json (schemas/findings.schema.json)')
    .option('--fix', 'make the repairs that checks know, in the working folder')
    .option('--at <rev>', 'look at a revision instead of the working folder')
    .option('--no-cache', 'believe nothing that earlier runs remembered')
    .addHelpText(
      'after',
      '\nExit status 1 where an error is found that nobody waived. docs/checks.md explains every check.',
    )
    .action((zones: string[], options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        if (options.fix === true && options.at !== undefined) {
          around.terminal.say('zonewright: --fix changes the working folder; leave --at out');
          return EXIT.usage;
        }
        const using = { ...workspace, cache: options.cache };
        const format = options.json === true ? 'json' : options.format;
        let checked: Checked;
        if (options.fix === true) {
          const { fixProject } = await import('../pipeline/fix.ts');
          const fixed = await fixProject(using, { zones });
          if (fixed.kind === 'failure') return sayFailure(around, fixed);
          for (const file of fixed.files) around.terminal.say(`repaired ${file}`);
          checked = fixed.left;
        } else {
          const { checkProject } = await import('../pipeline/check.ts');
          const found = await checkProject(using, { zones, ...(options.at !== undefined && { at: options.at }) });
          if (found.kind === 'failure') return sayFailure(around, found);
          checked = found;
        }
        await around.terminal.out(
          await printReport(around, checked, format, options.at === undefined ? workspace.folder : undefined),
        );
        return checked.stopped ? EXIT.refused : EXIT.ok;
      }),
    );
};

async function printReport(
  { terminal }: Surroundings,
  { report }: Checked,
  format: ReportFormat,
  folder: string | undefined,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../pipeline/report/json.ts')).printJson(report);
    case 'github':
      return (await import('../pipeline/report/github.ts')).printGithub(report);
    case 'sarif': {
      const { checks } = await import('../zone/checks/list.ts');
      const { compileChecks } = await import('../compile/rules.ts');
      return (await import('../pipeline/report/sarif.ts')).printSarif(report, [...checks, ...compileChecks], version());
    }
    case 'text': {
      const { printText } = await import('../pipeline/report/text.ts');
      return printText(report, terminal.paint, folder === undefined ? undefined : lineReader(folder));
    }
  }
}

/**
 * Gives lines of the files of a folder; each file is read once. One that is gone has none, and one that a symbolic link
 * brings in from outside shows none: a report must not tell what other files of the machine say.
 */
export function lineReader(folder: string): (file: string, line: number) => string | undefined {
  const files = new Map<string, string[]>();
  return (file, line) => {
    let lines = files.get(file);
    if (lines === undefined) {
      try {
        const path = realpathSync(join(folder, file));
        lines = path.startsWith(`${realpathSync(folder)}${sep}`) ? readFileSync(path, 'utf8').split('\n') : [];
      } catch {
        lines = [];
      }
      files.set(file, lines);
    }
    return lines[line - 1]?.replace(/\r$/, '');
  };
}
