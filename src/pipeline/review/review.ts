import { removeReference } from '../../git/reference.ts';
import { fetchBranch, fetchRef, type Remote } from '../../git/remote.ts';
import { mergeBase, type Repository, resolveCommit } from '../../git/repository.ts';
import type { State } from '../../state/state.ts';
import { allowDeletes } from '../release/allowance.ts';
import { type Assessment, assessChange } from './assess.ts';
import { type Circumstances, commentOf, isStopped, MARKER, verdictOf, wholeText } from './comment.ts';
import type { Forge, PullRequest } from './forge.ts';
import { keepPlan } from './plans.ts';

/** What pull requests are looked at with. */
export interface ReviewTools {
  readonly state: State;
  readonly repository: Repository;
  /** Where the commits of pull requests are; its branch is the deployed one. */
  readonly remote: Remote;
  readonly forge: Forge;
  /** The label that lifts thresholds. */
  readonly label: string;
  /** Where people reach this server; `undefined`: no links. */
  readonly url: string | undefined;
  /** The folder of the state: caches, keys. */
  readonly stateFolder: string;
  readonly version: string;
}

/** What came of looking at a pull request. */
export type Reviewed =
  | { readonly kind: 'reviewed'; readonly head: string; readonly stopped: boolean }
  /** It is closed, gone, or wants to go somewhere else. */
  | { readonly kind: 'ignored' };

/**
 * Looks at a pull request as it is now and says what it changes and what is wrong with it: at its head, and in one comment.
 * Its zones and templates are read and never run, and the configuration is that of the deployed branch.
 *
 * @throws ForgeError where the host refuses for good; anything else is worth another try.
 */
export async function reviewPullRequest(tools: ReviewTools, number: number): Promise<Reviewed> {
  const { forge, remote, repository, label } = tools;
  const found = await forge.pullRequest(number);
  if (found === undefined || !found.open || found.base !== remote.branch) return { kind: 'ignored' };
  const base = await fetchBranch(repository, remote);
  if (base === undefined) throw new Error(`the remote has no branch ${remote.branch}`);
  const kept = `refs/zonewright/review/${forge.kind}/${number}`;
  const head = await fetchRef(repository, remote, forge.headRef(number), kept);
  if (head === undefined) throw new Error(`the remote has no commits of ${forge.noun} ${number} yet`);
  try {
    const request = await settled(forge, found, head);
    await forge.begin(head);
    const around = { head, base: remote.branch, label, allowed: request.labels.includes(label) };
    const assessment = await assessRequest(tools, base, head);
    if (assessment === undefined) {
      await sayUnrelated(forge, number, around);
      return { kind: 'reviewed', head, stopped: true };
    }
    const link = await linkTo(tools, number, wholeText(assessment, { ...around, link: undefined }));
    const circumstances: Circumstances = { ...around, link };
    await forge.comment(number, MARKER, commentOf(assessment, circumstances));
    // Last, so that who waits for the check finds the comment.
    await forge.conclude(head, verdictOf(assessment, circumstances));
    return { kind: 'reviewed', head, stopped: isStopped(assessment, around) };
  } finally {
    await removeReference(repository, kept, head);
  }
}

/** The request that has the head that was fetched: it may have been pushed to in between. */
async function settled(forge: Forge, found: PullRequest, head: string): Promise<PullRequest> {
  const request = found.head === head ? found : await forge.pullRequest(found.number);
  if (request?.head === head) return request;
  throw new Error(`${forge.noun} ${found.number} is being pushed to`);
}

async function assessRequest(tools: ReviewTools, base: string, head: string): Promise<Assessment | undefined> {
  const { repository, stateFolder, version, state } = tools;
  const [ours, theirs] = await Promise.all([resolveCommit(repository, base), resolveCommit(repository, head)]);
  const from = await mergeBase(repository, ours, theirs);
  if (from === undefined) return undefined;
  const commits = { base: from.id, head, ruledBy: base };
  return assessChange({ repository, ...commits, now: state.now(), version, stateFolder, dnssec: true });
}

async function sayUnrelated(forge: Forge, number: number, around: Omit<Circumstances, 'link'>): Promise<void> {
  const title = `it has no commit in common with ${around.base}`;
  await forge.comment(
    number,
    MARKER,
    `${MARKER}\n\n### zonewright: ${title}\n\nPut its commits on top of that branch.\n`,
  );
  const summary = 'Put its commits on top of that branch.';
  await forge.conclude(around.head, { state: 'failure', title, summary, annotations: [], link: undefined });
}

async function linkTo({ state, url, forge }: ReviewTools, number: number, text: string): Promise<string | undefined> {
  if (url === undefined) return undefined;
  return `${url}/webhooks/plans/${await keepPlan(state, `${forge.kind}:${number}`, text)}`;
}

/**
 * Looks at a pull request that was merged: what its label allowed holds for the commit that it became. Gives whether there
 * was something to allow.
 */
export async function noteMerged(tools: ReviewTools, number: number): Promise<boolean> {
  const { forge, state, label } = tools;
  const request = await forge.pullRequest(number);
  if (request?.merged === undefined || request.base !== tools.remote.branch || !request.labels.includes(label)) {
    return false;
  }
  await allowDeletes(state, request.merged, `${forge.kind} ${forge.noun} ${number}`);
  return true;
}
