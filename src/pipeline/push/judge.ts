import type { Repository } from '../../git/repository.ts';
import { runGit } from '../../git/run.ts';
import { type Failure, orFailure } from '../failure.ts';
import { summarizePlan } from '../plan/text.ts';
import { noPaint, printText, visible } from '../report/text.ts';
import { type Assessment, assessChange } from '../review/assess.ts';
import { isOpenReference, type PushedReference } from './pushed.ts';

/** What a push is judged by. */
export interface PushRules {
  readonly repository: Repository;
  /** The deployed branch. */
  readonly branch: string;
  /** The address of the remote that the repository follows, where it does: nobody pushes past it. */
  readonly remote: string | undefined;
  /** The folder of the state. */
  readonly stateFolder: string;
  readonly now: number;
  readonly version: string;
}

/** Whether a push may go in, and what its sender is told. */
export interface PushJudgement {
  readonly kind: 'accepted' | 'refused';
  /** For people, several lines. */
  readonly text: string;
}

/** How many findings a pusher is shown. */
const SHOWN = 50;

/**
 * Judges a push before any of it counts: the deployed branch only goes forward, and only to zones without errors. Objects
 * that are in quarantine still are found by the environment that git gives its hooks.
 */
export function judgePush(rules: PushRules, references: readonly PushedReference[]): Promise<PushJudgement | Failure> {
  return orFailure(async () => {
    const closed = references.find(({ ref }) => !isOpenReference(ref));
    if (closed !== undefined) return refused(`the name ${visible(closed.ref)} cannot be pushed`);
    const deployed = references.find(({ ref }) => ref === `refs/heads/${rules.branch}`);
    if (deployed === undefined) return { kind: 'accepted', text: '' };
    return judgeDeployed(rules, deployed);
  });
}

async function judgeDeployed(rules: PushRules, { before, after }: PushedReference): Promise<PushJudgement> {
  const { repository, branch, remote } = rules;
  if (remote !== undefined) return refused(`${branch} follows ${remote}: push there`);
  if (after === undefined) return refused(`${branch} is what is deployed: it cannot be deleted`);
  if (before !== undefined && !(await isAncestor(repository, before, after))) {
    return refused(`${branch} only goes forward: fetch it, put your commits on top (git rebase), and push again`);
  }
  const { stateFolder, now, version } = rules;
  const assessment = await assessChange({ repository, base: before, head: after, now, version, stateFolder });
  return { kind: assessment.stopped ? 'refused' : 'accepted', text: said(assessment, branch) };
}

function refused(message: string): PushJudgement {
  return { kind: 'refused', text: `zonewright: ${message}` };
}

async function isAncestor({ folder }: Repository, older: string, newer: string): Promise<boolean> {
  return (await runGit(folder, ['merge-base', '--is-ancestor', older, newer])).status === 0;
}

function said({ findings, stopped, zones, plan, elsewhere, lineOf }: Assessment, branch: string): string {
  const lines: string[] = [];
  const open = findings.filter(({ waived }) => waived === undefined);
  if (open.length > 0) {
    // Errors first: what is cut off is of less weight.
    const sorted = [...open].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
    const shown = sorted.slice(0, SHOWN);
    lines.push(printText({ findings: shown, zones }, noPaint, lineOf).replace(/\n[^\n]*\n$/, ''));
    if (open.length > SHOWN) lines.push(`and ${open.length - SHOWN} more`);
  }
  const errors = open.filter(({ severity }) => severity === 'error').length;
  if (stopped) {
    lines.push(`zonewright: ${branch} stays as it is: ${errors === 1 ? '1 error' : `${errors} errors`}`);
    return lines.join('\n');
  }
  lines.push(`zonewright: ${summarizePlan(plan)}`);
  for (const { message } of plan.blocks.slice(0, SHOWN)) lines.push(`  the release will wait: ${visible(message)}`);
  if (plan.blocks.length > 0) {
    lines.push('  if it is meant: POST /api/v1/deployments {"allow_deletes": true}; if not, revert it');
  }
  if (elsewhere > 0) lines.push(`  errors that were there before stop a release: ${elsewhere}`);
  return lines.join('\n');
}
