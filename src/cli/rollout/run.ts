import type { NodeEnd } from '../../deploy/rollout/event.ts';
import { displayName } from '../../dns/name.ts';
import type { Outlook } from '../../pipeline/rollout/outlook.ts';
import type { Rollout, RolloutWatch } from '../../pipeline/rollout/roll-out.ts';
import { octetsText, rolloutText, secondsText } from '../../pipeline/rollout/words.ts';
import type { Workspace } from '../../pipeline/workspace.ts';
import { stops } from '../../zone/finding.ts';
import type { Surroundings } from '../commands.ts';
import { EXIT, type ExitStatus } from '../exit.ts';
import { sayFindings } from '../findings.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { watchForInterrupts } from './interrupt.ts';
import { rolloutView } from './view.ts';

/** Options that `deploy` and `rollback` share. */
export interface SharedOptions {
  readonly node: string[];
  readonly dryRun?: boolean;
  readonly breakLock?: boolean;
  readonly force?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Runs a rollout, shows it, and gives the exit status. */
export async function runRollout(
  around: Surroundings,
  { json = false }: Pick<SharedOptions, 'json'>,
  work: (workspace: Workspace, watch: RolloutWatch) => Promise<Rollout>,
): Promise<ExitStatus> {
  const workspace = await requireWorkspace(around);
  if (workspace === undefined) return EXIT.usage;
  const { terminal } = around;
  const interrupt = watchForInterrupts(terminal.say);
  const view = rolloutView(around, json);
  const ended = await work(workspace, { ...interrupt, tell: view.tell });
  await view.end();
  switch (ended.kind) {
    case 'failure':
      return sayFailure(around, ended);
    case 'refused':
      sayFindings(terminal, ended.report.findings.filter(stops));
      terminal.say('zonewright: nothing was rolled out');
      return EXIT.refused;
    case 'blocked':
      for (const { message, fix } of ended.blocks)
        terminal.say(`${terminal.sayPaint.red('stop')} ${message}\n  ${fix}`);
      terminal.say('zonewright: nothing was rolled out; --allow-deletes lifts the thresholds');
      return EXIT.refused;
    case 'superseded':
      terminal.say('a newer rollout has come and does this one, too');
      return EXIT.ok;
    case 'outlook':
      await terminal.out(
        json ? `${JSON.stringify({ format_version: '1.0', ...ended }, null, 2)}\n` : outlookText(ended),
      );
      return ended.nodes.some(({ fault }) => fault !== undefined) ? EXIT.unavailable : EXIT.ok;
    case 'rolled-out': {
      const ends = [...ended.nodes.values()];
      if (!json) await terminal.out(summary(ended.release, ended.outcome, ended.milliseconds, ends));
      return statusOf(ended.outcome, ends);
    }
  }
}

function statusOf(outcome: (Rollout & { kind: 'rolled-out' })['outcome'], ends: readonly NodeEnd[]): ExitStatus {
  if (outcome === 'interrupted') return EXIT.interrupted;
  const bad = ends.some((end) => end.outcome === 'failed' || end.outcome === 'rolled-back' || end.outcome === 'stuck');
  if (bad) return EXIT.refused;
  return outcome === 'stopped' || ends.some((end) => end.outcome === 'late') ? EXIT.unavailable : EXIT.ok;
}

function summary(
  release: string,
  outcome: (Rollout & { kind: 'rolled-out' })['outcome'],
  milliseconds: number,
  ends: readonly NodeEnd[],
): string {
  const counts = new Map<string, number>();
  for (const end of ends) counts.set(end.outcome, (counts.get(end.outcome) ?? 0) + 1);
  const told = [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
  return `${release}: ${rolloutText[outcome]} in ${secondsText(milliseconds)}; ${told}\n`;
}

/** So many zones of a node are named. */
const NAMED = 5;

function outlookText({ release, nodes }: Outlook): string {
  const lines = nodes.flatMap((each) => {
    const { node, fault, current, mode, send = 0, remove = 0, octets = 0, drains } = each;
    if (fault !== undefined) return [`${node}: ${fault}`];
    if (mode === 'disabled') return [`${node}: is disabled and would be left alone`];
    if (current === release) return [`${node}: has it already`];
    const zones = (['changed', 'added', 'removed'] as const).flatMap((what) => {
      const names = each[what] ?? [];
      if (names.length === 0) return [];
      const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
      return [
        `  ${what}: ${names
          .slice(0, NAMED)
          .map((apex) => displayName(apex))
          .join(', ')}${more}`,
      ];
    });
    const how = drains === true ? ', withdrawn meanwhile' : '';
    return [
      `${node}: ${current ?? 'no release'} -> ${release}, ${send} files to send (${octetsText(octets)}), ${remove} to remove${how}`,
      ...zones,
    ];
  });
  return `${lines.join('\n')}\n`;
}
