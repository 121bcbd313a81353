import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DnsSyntaxError } from '../dns/fault.ts';
import { parseName } from '../dns/name.ts';
import type { ImportReport } from '../pipeline/import.ts';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFindings } from './findings.ts';
import { findFolder } from './project.ts';

const HELP = `
Sources: a master file (RFC 1035), an octoDNS file (*.yaml), a folder of either, - for standard input, or
axfr://host[:port]/zone for a transfer from a running server. Comments of master files are kept.
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
        const { folder, terminal } = around;
        const project = await findFolder(around);
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
          out: options.out === undefined ? join(project ?? folder ?? process.cwd(), 'zones') : resolve(options.out),
          force: options.force === true,
          include: options.include,
          key,
        });
        if (options.json === true) await terminal.out(printJson(report));
        else
          for (const file of report.files)
            await terminal.out(`${nearPath(file.file)}: ${file.names} names, ${file.records} records\n`);
        if (options.json !== true) sayFindings(terminal, report.findings);
        for (const problem of report.unavailable) terminal.say(`zonewright: ${problem}`);
        if (report.findings.some((finding) => finding.severity === 'error')) return EXIT.refused;
        return report.unavailable.length > 0 ? EXIT.unavailable : EXIT.ok;
      }),
    );
};

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

async function tsigKey(file: string | undefined) {
  const text = file === undefined ? process.env.ZONEWRIGHT_TSIG : readFileSync(file, 'utf8');
  if (text === undefined || text === '') return undefined;
  const { readTsigKey } = await import('../pipeline/tsig-file.ts');
  try {
    return readTsigKey(text);
  } catch (fault) {
    if (fault instanceof DnsSyntaxError) return `${fault.message}: ${fault.fix}`;
    throw fault;
  }
}

function printJson(report: ImportReport): string {
  const document = {
    format_version: '1.0',
    files: report.files,
    findings: report.findings.map(({ rule, severity, message, fix, place }) => ({
      rule,
      severity,
      message,
      fix,
      file: place.file,
      line: place.line,
      column: place.column,
    })),
    unavailable: report.unavailable,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
