import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DnsSyntaxError } from '../dns/fault.ts';
import type { TsigKey } from '../dns/message/tsig.ts';
import { parseName } from '../dns/name.ts';
import { plural } from '../pipeline/report/report.ts';
import { visible } from '../pipeline/report/text.ts';
import type { Declare, Surroundings } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFindings } from './findings.ts';
import { findFolder } from './project.ts';

const HELP = `
Sources: a master file (RFC 1035), an octoDNS file (*.yaml) or split zone (a folder), a folder of such files,
- for standard input, or axfr://host[:port]/zone for a transfer from a running server. Comments are kept.
A TSIG key for transfers is read from --tsig-file, or from ZONEWRIGHT_TSIG ([algorithm:]name:secret).

Examples:
  zonewright import /etc/bind/db.example.com --zone example.com
  zonewright import axfr://192.0.2.1/example.com --tsig-file transfer.key`;

/** `zonewright import SOURCE...` */
export const declare: Declare = (command, run) => {
  command
    .argument('<source...>', 'what to import')
    .option('--zone <name>', 'the zone of the source (default: the owner of its SOA, or the name of the file)')
    .option('--out <dir>', 'the folder that gets the documents (default: zones/ of the project)')
    .option('--include <dir>', 'the folder that $INCLUDE may read from (default: that of the source)')
    .option('--tsig-file <file>', 'the key for zone transfers')
    .option('--force', 'replace documents that are there already')
    .option('--json', 'print a JSON document (schemas/import.schema.json)')
    .addHelpText('after', HELP)
    .action((sources: string[], options: Options) =>
      run(async (around) => {
        const { terminal } = around;
        const zone = options.zone === undefined ? undefined : zoneName(options.zone);
        if (typeof zone === 'object') {
          terminal.say(`zonewright: ${zone.message}: ${zone.fix}`);
          return EXIT.usage;
        }
        const key = await tsigKey(options.tsigFile);
        if (typeof key === 'string') {
          terminal.say(`zonewright: ${key}`);
          return EXIT.refused;
        }
        const { importZones } = await import('../pipeline/import.ts');
        const report = await importZones({
          sources,
          zone,
          out: await outFolder(around, options.out),
          force: options.force === true,
          include: options.include,
          key,
        });
        const { files, findings, unavailable } = report;
        if (options.json === true) {
          const { importJson } = await import('../pipeline/report/import-json.ts');
          await terminal.out(importJson(report));
        } else {
          for (const { file, names, records } of files)
            await terminal.out(`${visible(nearPath(file))}: ${plural(names, 'name')}, ${plural(records, 'record')}\n`);
          sayFindings(terminal, findings);
          for (const { source, message, fix } of unavailable) {
            terminal.say(`zonewright: ${visible(source)}: ${visible(message)}`);
            terminal.say(`  ${terminal.sayPaint.dim('fix:')} ${visible(fix)}`);
          }
        }
        if (findings.some((finding) => finding.severity === 'error')) return EXIT.refused;
        return unavailable.length > 0 ? EXIT.unavailable : EXIT.ok;
      }),
    );
};

/** The folder that was named, or its `zones/` where it is a project; else `zones/` of the project, or of where it will be. */
async function outFolder(around: Surroundings, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    const project = ['zonewright.yaml', 'zones'].some((mark) => existsSync(join(named, mark)));
    return resolve(named, project ? 'zones' : '.');
  }
  return join((await findFolder(around)) ?? around.folder ?? process.cwd(), 'zones');
}

interface Options {
  readonly zone?: string;
  readonly out?: string;
  readonly include?: string;
  readonly tsigFile?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** A path as a user would type it: relative where the file is below the current folder. */
function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

function zoneName(text: string): ReturnType<typeof parseName> | DnsSyntaxError {
  try {
    return parseName(text.endsWith('.') ? text : `${text}.`);
  } catch (fault) {
    if (fault instanceof DnsSyntaxError) return fault;
    throw fault;
  }
}

/** The key of a file, or of the environment; in words where it cannot be had. */
async function tsigKey(file: string | undefined): Promise<TsigKey | string | undefined> {
  let text = process.env.ZONEWRIGHT_TSIG;
  try {
    if (file !== undefined) text = readFileSync(file, 'utf8');
  } catch (error) {
    return `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`;
  }
  if (text === undefined || text === '') return undefined;
  const { readTsigKey } = await import('../pipeline/tsig-file.ts');
  try {
    return readTsigKey(text);
  } catch (fault) {
    if (fault instanceof DnsSyntaxError) return `${fault.message}: ${fault.fix}`;
    throw fault;
  }
}
