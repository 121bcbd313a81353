import { displayName } from '../dns/name.ts';
import type { Built } from '../pipeline/build.ts';
import { plural, summarize } from '../pipeline/report/report.ts';
import { printText } from '../pipeline/report/text.ts';
import { lineReader } from './check.ts';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { requireWorkspace, sayFailure } from './project.ts';
import { storeOption } from './store-option.ts';

interface Options {
  readonly out: string;
  readonly at?: string;
  readonly previous?: string;
  readonly store?: string;
  readonly record: boolean;
  readonly json?: boolean;
  readonly cache: boolean;
}

/** How many changed zones are named. */
const NAMED = 10;

/** `zonewright build --out DIR [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones that the release holds (default: all)')
    .requiredOption('--out <dir>', 'the folder of the release; a release that is there is replaced as a whole')
    .option('--at <rev>', 'compile a revision instead of the working folder')
    .option(
      '--previous <dir>',
      'the release before, from which serials go on (default: the one in --out, or the git history)',
    )
    .option(...storeOption)
    .option('--no-record', 'a trial that is never served: roll-overs of keys do not go on from it')
    .option('--no-cache', 'believe nothing that earlier runs remembered')
    .option('--json', 'print a JSON document (schemas/build.schema.json)')
    .addHelpText(
      'after',
      '\nA zone whose content is unchanged keeps its serial and its bytes. docs/releases.md explains the layout.',
    )
    .action((zones: string[], options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { buildRelease } = await import('../pipeline/build.ts');
        const built = await buildRelease(
          { ...workspace, cache: options.cache },
          {
            out: options.out,
            zones,
            record: options.record,
            ...(options.store !== undefined && { store: options.store }),
            ...(options.at !== undefined && { at: options.at }),
            ...(options.previous !== undefined && { previous: options.previous }),
          },
        );
        if (built.kind === 'failure') return sayFailure(around, built);
        const { terminal } = around;
        if (options.json === true) {
          const { buildJson } = await import('../pipeline/report/build-json.ts');
          await terminal.out(buildJson(built));
          return built.kind === 'built' ? EXIT.ok : EXIT.refused;
        }
        if (built.kind === 'refused') {
          const lineOf = options.at === undefined ? lineReader(workspace.folder) : undefined;
          terminal.say(printText(built.report, terminal.sayPaint, lineOf).trimEnd());
          terminal.say('zonewright: nothing was built; the folder of the release is as it was');
          return EXIT.refused;
        }
        if (built.report.findings.some((finding) => finding.waived === undefined)) {
          terminal.say(`${summarize(built.report)} (zonewright check shows them)`);
        }
        await terminal.out(describe(built));
        if (built.damage !== undefined) {
          terminal.say(`zonewright: ${built.damage}; everything was made anew, with greater serials`);
        }
        if (built.damaged.length > 0) {
          const [first, ...more] = built.damaged.map(displayName);
          const names = `${first}${more.length === 0 ? '' : ` and ${plural(more.length, 'more zone')}`}`;
          terminal.say(
            `zonewright: files of ${names} in the release before were missing or changed, and were made anew`,
          );
        }
        if (built.unrecorded !== undefined) {
          const { message, fix } = built.unrecorded;
          terminal.say(`zonewright: the release is in its place, but the key store was not told: ${message}`);
          terminal.say(`fix: ${fix}, then build again; until then roll-overs only wait longer`);
        }
        return EXIT.ok;
      }),
    );
};

/** What was built, in a few lines. */
function describe({ zones, records, changed, removed, untouched, folder }: Built): string {
  const lines = changed.slice(0, NAMED).map(({ zone, serial }) => `  ${displayName(zone)} serial ${serial}`);
  if (changed.length > NAMED) lines.push(`  and ${changed.length - NAMED} more`);
  for (const zone of removed.slice(0, NAMED)) lines.push(`  ${displayName(zone)} removed`);
  const unchanged = zones - changed.length;
  const what = untouched
    ? 'nothing has changed'
    : `${changed.length} changed, ${unchanged} unchanged${removed.length > 0 ? `, ${removed.length} removed` : ''}`;
  return `${folder}: ${plural(zones, 'zone')}, ${plural(records, 'record')}; ${what}\n${lines.map((line) => `${line}\n`).join('')}`;
}
