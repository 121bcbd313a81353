import type { ChangeConflict, FileChange } from './change.ts';
import { changeTree } from './change.ts';
import type { CommitMessage, Person } from './commit-object.ts';
import { encodeCommit, parseCommit, printMessage } from './commit-object.ts';
import { GitError } from './error.ts';
import type { NewObject } from './object.ts';
import { newObject } from './object.ts';
import type { ObjectStore } from './object-store.ts';
import type { Files } from './snapshot.ts';
import { filesOf, sameFiles, watchedFiles } from './snapshot.ts';
import type { TreeChange } from './tree.ts';

/** What a request makes of the files as they are: other files and the words for it, or a refusal in the caller's terms. */
export type Applied<R> =
  | { readonly kind: 'change'; readonly files: readonly FileChange[]; readonly message: CommitMessage }
  | { readonly kind: 'refused'; readonly refusal: R };

/** One change that becomes one commit. */
export interface CommitRequest<R> {
  readonly author: Person;
  /**
   * Called again when what it looked at has become other: it must depend on the files alone. `base` is where the branch was
   * when the batch began: the files may have changes of the same batch besides.
   */
  readonly apply: (files: Files, base: string | undefined) => Promise<Applied<R>>;
}

/** What came of a request. A commit is durable, and accepted by the remote where there is one. */
export type Outcome<R> =
  | {
      readonly kind: 'committed';
      readonly commit: string;
      readonly parent: string | undefined;
      /** Seconds since 1970. */
      readonly time: number;
      readonly changed: readonly TreeChange[];
    }
  | { readonly kind: 'unchanged'; readonly commit: string | undefined }
  | { readonly kind: 'refused'; readonly refusal: R }
  | ChangeConflict;

/** A request whose caller waits. */
export interface Waiting {
  readonly request: CommitRequest<unknown>;
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: unknown) => void;
  /** What it made of the files that it looked at when it was last asked. */
  last?: { readonly seen: ReadonlyMap<string, string | undefined>; readonly applied: Applied<unknown> };
}

/** How commits are signed and dated, and how long one request may think. */
export interface BatchOptions {
  readonly committer: Person;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Milliseconds for one `apply`. */
  readonly applyTimeout: number;
}

/** Commits on top of a head, not yet written anywhere. */
export interface Batch {
  readonly objects: readonly NewObject[];
  /** Of the requests that are in it, also of those that made no commit. */
  readonly outcomes: ReadonlyMap<Waiting, Outcome<unknown>>;
  /** The last commit; the head where there is none. */
  readonly tip: string | undefined;
  /** Requests for which there was no room. */
  readonly rest: readonly Waiting[];
}

/** Octets of new objects after which a batch is closed. */
const BATCH_OCTETS = 64 * 1024 * 1024;

/** The tree of a commit; the empty one where there is no commit yet. */
export async function treeOf(store: ObjectStore, commit: string | undefined): Promise<string> {
  if (commit === undefined) return newObject(store.format, 'tree', Buffer.alloc(0)).id;
  return parseCommit(await store.read('commit', commit)).tree;
}

/** Makes a commit of each request, one on top of the other. Those whose own code fails are rejected and left out. */
export async function buildBatch(
  store: ObjectStore,
  head: string | undefined,
  requests: readonly Waiting[],
  options: BatchOptions,
): Promise<Batch> {
  const objects: NewObject[] = [];
  const outcomes = new Map<Waiting, Outcome<unknown>>();
  let tip = head;
  let tree = await treeOf(store, head);
  let octets = 0;
  const rest: Waiting[] = [];
  for (const waiting of requests) {
    if (octets > BATCH_OCTETS) {
      rest.push(waiting);
      continue;
    }
    try {
      const made = await makeCommit(store, { head, tip, tree }, waiting, options);
      outcomes.set(waiting, made.outcome);
      if (made.outcome.kind !== 'committed') continue;
      store.remember(made.objects);
      objects.push(...made.objects);
      for (const object of made.objects) octets += object.content.length;
      tip = made.outcome.commit;
      tree = made.tree;
    } catch (error) {
      waiting.reject(error);
    }
  }
  return { objects, outcomes, tip, rest };
}

/** What a commit is made on: where the branch was, and the commit and tree that the batch has come to. */
interface Ground {
  readonly head: string | undefined;
  readonly tip: string | undefined;
  readonly tree: string;
}

interface MadeCommit {
  readonly outcome: Outcome<unknown>;
  readonly objects: readonly NewObject[];
  readonly tree: string;
}

async function makeCommit(
  store: ObjectStore,
  { head, tip: parent, tree }: Ground,
  waiting: Waiting,
  { committer, now, applyTimeout }: BatchOptions,
): Promise<MadeCommit> {
  const none = (outcome: Outcome<unknown>): MadeCommit => ({ outcome, objects: [], tree });
  const applied = await apply(filesOf(store, tree), head, waiting, applyTimeout);
  if (applied.kind === 'refused') return none(applied);
  const next = await changeTree(store, tree, applied.files);
  if (next.kind === 'conflict') return none(next);
  if (next.tree === tree) return none({ kind: 'unchanged', commit: parent });
  const time = now();
  const content = encodeCommit({
    tree: next.tree,
    parents: parent === undefined ? [] : [parent],
    author: waiting.request.author,
    authorTime: time,
    committer,
    committerTime: time,
    message: printMessage(applied.message),
  });
  const commit = newObject(store.format, 'commit', content);
  return {
    outcome: { kind: 'committed', commit: commit.id, parent, time, changed: next.changed },
    objects: [...next.objects, commit],
    tree: next.tree,
  };
}

/** Asks a request what it makes of a tree, unless all that it looked at last time is still the same. */
async function apply(
  files: Files,
  base: string | undefined,
  waiting: Waiting,
  milliseconds: number,
): Promise<Applied<unknown>> {
  if (waiting.last !== undefined && (await sameFiles(files, waiting.last.seen))) return waiting.last.applied;
  const watched = watchedFiles(files);
  const applied = await within(milliseconds, waiting.request.apply(watched.files, base));
  waiting.last = { seen: watched.seen, applied };
  return applied;
}

/** Everybody waits for whoever is asked. */
async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `the change was not worked out within ${milliseconds / 1000} s`;
      reject(new GitError('unavailable', message, 'send a smaller change'));
    }, milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
