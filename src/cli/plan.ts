import { Option } from 'commander';
import type { Planned } from '../pipeline/plan-change.ts';
import { stops } from '../zone/finding.ts';
import type { Declare, Surroundings } from './commands.ts';
import { collect } from './deploy.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { sayFindings } from './findings.ts';
import { requireWorkspace, sayFailure } from './project.ts';
import { storeOption } from './store-option.ts';

const formats = ['text', 'markdown', 'json'] as const;

interface Options {
  readonly base?: string;
  readonly head?: string;
  readonly release?: string;
  readonly live?: boolean;
  readonly node: string[];
  readonly format: (typeof formats)[number];
  readonly json?: boolean;
  readonly allowDeletes?: boolean;
  readonly detailedExitcode?: boolean;
  readonly store?: string;
  readonly cache: boolean;
}

const HELP = `
Exit status: 0; 1 where a finding or a threshold stops the change; with --detailed-exitcode 2 where there are changes.

Examples:
  zonewright plan                                    what the working folder changes against the last commit
  zonewright plan --base origin/main... --format markdown    what a branch changes, for a pull request
  zonewright plan --release ./release                what a build would change in a release`;

/** `zonewright plan [ZONE...]` */
export const declare: Declare = (command, run) => {
  command
    .argument('[zone...]', 'the zones to look at (default: all)')
    .option('--base <rev>', 'compare with this revision; REV... is where the branch left it (default: HEAD)')
    .option('--head <rev>', 'the desired state (default: the working folder)')
    .option('--release <dir>', 'compare with a release instead of a revision')
    .option('--live', 'compare with what the nodes serve; the first that answers, and how others differ from it')
    .option('--node <name>', 'with --live: only this node or group; can be given several times', collect, [])
    .addOption(new Option('--format <format>', 'how to print the plan').choices(formats).default('text'))
    .option('--json', 'the same as --format json (schemas/plan.schema.json)')
    .option(...storeOption)
    .option('--allow-deletes', 'lift the thresholds')
    .option('--detailed-exitcode', 'exit 2 where there are changes')
    .option('--no-cache', 'believe nothing that earlier runs remembered')
    .addHelpText('after', HELP)
    .action((zones: string[], options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { planChange } = await import('../pipeline/plan-change.ts');
        const planned = await planChange(
          { ...workspace, cache: options.cache },
          {
            zones,
            allowDeletes: options.allowDeletes === true,
            ...(options.store !== undefined && { store: options.store }),
            ...(options.base !== undefined && { base: options.base }),
            ...(options.head !== undefined && { head: options.head }),
            ...(options.release !== undefined && { release: options.release }),
            ...(options.live === true && { live: options.node }),
          },
        );
        if (planned.kind === 'failure') return sayFailure(around, planned);
        return print(around, planned, options);
      }),
    );
};

async function print({ terminal }: Surroundings, planned: Planned, options: Options): Promise<ExitStatus> {
  const { plan, report, stopped } = planned;
  switch (options.json === true ? 'json' : options.format) {
    case 'json':
      await terminal.out((await import('../pipeline/plan/json.ts')).planJson(plan));
      break;
    case 'markdown':
      await terminal.out((await import('../pipeline/plan/markdown.ts')).planMarkdown(plan));
      break;
    default:
      await terminal.out((await import('../pipeline/plan/text.ts')).printPlan(plan, terminal.paint));
  }
  if (planned.live !== undefined) {
    terminal.say(`compared with what ${planned.live.node} serves`);
    for (const note of planned.live.notes) terminal.say(`  ${terminal.sayPaint.yellow(note)}`);
  }
  sayFindings(terminal, report.findings.filter(stops));
  if (stopped || plan.blocks.length > 0) return EXIT.refused;
  return options.detailedExitcode === true && hasChanges(plan) ? EXIT.changes : EXIT.ok;
}

/** Whether a release would differ; that something is waited for makes no difference. */
function hasChanges({ zones, dnssec }: Planned['plan']): boolean {
  return zones.length > 0 || dnssec.some(({ what }) => what !== 'waiting' && what !== 'fault');
}
