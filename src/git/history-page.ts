import type { Branch } from './branch.ts';
import { holds } from './branch.ts';
import type { Person, Trailer } from './commit-object.ts';
import { parseCommit, parseMessage } from './commit-object.ts';
import { GitError } from './error.ts';
import { firstParentHistory } from './history.ts';
import type { ObjectStore } from './object-store.ts';
import type { Repository } from './repository.ts';
import type { TreeChange } from './tree.ts';

/** Somebody who made a commit, and when, in seconds since 1970. */
export interface Signature extends Person {
  readonly time: number;
}

/** A step of a branch: a commit, or a merge with all that it brought. */
export interface HistoryStep {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly Trailer[];
  /** Against the first parent; only the paths that were asked about. */
  readonly changes: readonly TreeChange[];
}

/** A part of a branch's history, newest first. */
export interface HistoryPage {
  readonly steps: readonly HistoryStep[];
  /** What the next page is asked for with; `undefined` where nothing is left. */
  readonly next: string | undefined;
}

/** Which part is asked for. */
export interface HistoryQuestion {
  /** Files or folders, from the top of the repository; all where there is none. One alone is found fastest. */
  readonly paths?: readonly string[];
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/**
 * A page of a branch's history.
 *
 * @throws GitError `refused` where `after` is no commit of the branch.
 */
export async function historyPage(
  repository: Repository,
  branch: Branch,
  store: ObjectStore,
  head: string | undefined,
  { paths = [], limit, after }: HistoryQuestion,
): Promise<HistoryPage> {
  if (after !== undefined) await mustHold(branch, after);
  const steps: HistoryStep[] = [];
  const from = after ?? head;
  if (from === undefined) return { steps, next: undefined };
  for await (const { id, changes } of firstParentHistory(repository, { id: from, time: 0 }, paths)) {
    if (id === after) continue;
    if (steps.length === limit) return { steps, next: steps.at(-1)?.commit };
    steps.push(await readStep(store, id, changes));
  }
  return { steps, next: undefined };
}

/**
 * Refuses what is no full id of a commit of the branch: other words for a commit would be read by git as it likes.
 *
 * @throws GitError `refused`.
 */
export async function mustHold(branch: Branch, commit: string): Promise<void> {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) && (await holds(branch, commit))) return;
  const name = JSON.stringify(commit.slice(0, 64));
  throw new GitError('refused', `the branch has no commit ${name}`, 'name a commit of its history');
}

async function readStep(store: ObjectStore, id: string, changes: readonly TreeChange[]): Promise<HistoryStep> {
  const { parents, author, authorTime, committer, committerTime, message } = parseCommit(
    await store.read('commit', id),
  );
  return {
    commit: id,
    parents,
    author: { ...author, time: authorTime },
    committer: { ...committer, time: committerTime },
    ...parseMessage(message),
    changes,
  };
}
