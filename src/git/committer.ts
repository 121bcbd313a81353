import { setTimeout as delay } from 'node:timers/promises';
import { moveBranch, openBranch, readBranch } from './branch.ts';
import type { ChangeConflict, FileChange } from './change.ts';
import { changeTree } from './change.ts';
import type { CommitMessage, Person } from './commit-object.ts';
import { encodeCommit, parseCommit, printMessage } from './commit-object.ts';
import { diskFault } from './durable.ts';
import { GitError } from './error.ts';
import type { NewObject } from './object.ts';
import { newObject, objectFormat } from './object.ts';
import { openObjectStore } from './object-store.ts';
import { writePack } from './pack-file.ts';
import type { Remote } from './remote.ts';
import { fetchBranch, pushCommit } from './remote.ts';
import type { Repository } from './repository.ts';
import type { Files, Snapshot } from './snapshot.ts';
import { filesOf, sameFiles, watchedFiles } from './snapshot.ts';
import type { TreeChange } from './tree.ts';

/** What a request makes of the files as they are: other files and the words for it, or a refusal in the caller's terms. */
export type Applied<R> =
  | { readonly kind: 'change'; readonly files: readonly FileChange[]; readonly message: CommitMessage }
  | { readonly kind: 'refused'; readonly refusal: R };

/** One change that becomes one commit. */
export interface CommitRequest<R> {
  readonly author: Person;
  /** Called again when what it looked at has become other: it must depend on the files alone. */
  readonly apply: (files: Files) => Promise<Applied<R>>;
}

/** What came of a request. A commit is durable, and accepted by the remote where there is one. */
export type Outcome<R> =
  | { readonly kind: 'committed'; readonly commit: string; readonly changed: readonly TreeChange[] }
  | { readonly kind: 'unchanged'; readonly commit: string | undefined }
  | { readonly kind: 'refused'; readonly refusal: R }
  | ChangeConflict;

/** What a committer is opened with. */
export interface CommitterOptions {
  readonly branch: string;
  readonly committer: Person;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Where a commit must have been accepted before it counts. Then nobody else may write the branch on this disk. */
  readonly remote?: Remote;
}

/** Writes commits to one branch, several requests under one sync. */
export interface Committer {
  /** Rejects with a GitError where nothing was decided: disk, remote or lock. */
  commit<R>(request: CommitRequest<R>): Promise<Outcome<R>>;
  /** The files at the branch's head now. */
  head(): Promise<Snapshot>;
  /** Takes over what the remote's branch is at. */
  sync(): Promise<void>;
  /** Waits for what was asked for and lets go of the repository. */
  close(): Promise<void>;
}

interface Waiting {
  readonly request: CommitRequest<unknown>;
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: unknown) => void;
  last?: { readonly seen: ReadonlyMap<string, string | undefined>; readonly applied: Applied<unknown> };
}

/** Most commits of one batch, most requests that wait, and how often a batch follows a branch that others move. */
const BATCH = 256;
const QUEUE = 10_000;
const ATTEMPTS = 10;
/** Octets of new objects after which a batch is closed. */
const BATCH_OCTETS = 64 * 1024 * 1024;

/** Opens a branch for writing. */
export async function openCommitter(repository: Repository, options: CommitterOptions): Promise<Committer> {
  const branch = await openBranch(repository, options.branch);
  const format = await objectFormat(repository);
  const store = openObjectStore(repository, format);
  const emptyTree = newObject(format, 'tree', Buffer.alloc(0));
  const { remote } = options;
  const queue: Waiting[] = [];
  let work: Promise<void> = Promise.resolve();
  let working = false;
  let closed = false;

  const treeOf = async (commit: string | undefined): Promise<string> =>
    commit === undefined ? emptyTree.id : parseCommit(await store.read('commit', commit)).tree;

  const apply = async (waiting: Waiting, tree: string): Promise<Applied<unknown>> => {
    const files = filesOf(store, tree);
    if (waiting.last !== undefined && (await sameFiles(files, waiting.last.seen))) return waiting.last.applied;
    const watched = watchedFiles(files);
    const applied = await waiting.request.apply(watched.files);
    waiting.last = { seen: watched.seen, applied };
    return applied;
  };

  /** Makes the commits of a batch on a head; those whose own code fails are rejected and left out. */
  const build = async (batch: Waiting[], head: string | undefined) => {
    const objects: NewObject[] = [];
    const outcomes = new Map<Waiting, Outcome<unknown>>();
    let at = head;
    let tree = await treeOf(head);
    let octets = 0;
    const rest: Waiting[] = [];
    for (const waiting of batch) {
      if (octets > BATCH_OCTETS) {
        rest.push(waiting);
        continue;
      }
      try {
        const applied = await apply(waiting, tree);
        if (applied.kind === 'refused') {
          outcomes.set(waiting, applied);
          continue;
        }
        const next = await changeTree(store, tree, applied.files);
        if (next.kind === 'conflict') {
          outcomes.set(waiting, next);
          continue;
        }
        if (next.tree === tree) {
          outcomes.set(waiting, { kind: 'unchanged', commit: at });
          continue;
        }
        const time = options.now();
        const content = encodeCommit({
          tree: next.tree,
          parents: at === undefined ? [] : [at],
          author: waiting.request.author,
          authorTime: time,
          committer: options.committer,
          committerTime: time,
          message: printMessage(applied.message),
        });
        const commit = newObject(format, 'commit', content);
        const made = [...next.objects, commit];
        store.remember(made);
        for (const object of made) octets += object.content.length;
        objects.push(...made);
        outcomes.set(waiting, { kind: 'committed', commit: commit.id, changed: next.changed });
        at = commit.id;
        tree = next.tree;
      } catch (error) {
        waiting.reject(error);
      }
    }
    return { objects, outcomes, tip: at, rest };
  };

  /** Puts the commits where they count. A text is the remote's refusal. */
  const publish = async (from: string | undefined, to: string): Promise<'moved' | 'lost' | { message: string }> => {
    if (remote === undefined) return moveBranch(branch, from, to);
    const answer = await pushCommit(repository, remote, to, from);
    if (answer.kind === 'refused') return { message: answer.message };
    if (answer.kind === 'moved') return 'lost';
    if ((await moveBranch(branch, from, to)) === 'lost') await follow(to);
    return 'moved';
  };

  const follow = async (to: string): Promise<void> => {
    for (let i = 0; i < ATTEMPTS; i++) {
      const at = await readBranch(branch);
      if (at === to || (await moveBranch(branch, at, to)) === 'moved') return;
    }
  };

  const fetchRemote = async (): Promise<void> => {
    const there = remote === undefined ? undefined : await fetchBranch(repository, remote);
    if (there !== undefined) await follow(there);
  };

  const runBatch = async (batch: Waiting[]): Promise<void> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const head = await readBranch(branch);
      const { objects, outcomes, tip, rest } = await build(batch, head);
      queue.unshift(...rest);
      batch = [...outcomes.keys()];
      if (tip !== head && tip !== undefined) {
        await writePack(branch.gitFolder, objects, format);
        const answer = await publish(head, tip);
        if (answer === 'lost') {
          // The pause comes before the fetch: what is fetched must still be the head when the push arrives.
          if (remote !== undefined && attempt > 0) await delay(20 * 2 ** Math.min(attempt, 5) * Math.random());
          await fetchRemote();
          continue;
        }
        if (answer !== 'moved') {
          await refuseOrSplit(batch, answer.message);
          return;
        }
      }
      for (const [waiting, outcome] of outcomes) waiting.resolve(outcome);
      return;
    }
    throw new GitError('again', 'others keep moving the branch', 'send the change again');
  };

  /** A remote refuses a push as a whole: halves tell whose commit it was. */
  const refuseOrSplit = async (batch: Waiting[], message: string): Promise<void> => {
    const fault = new GitError(
      'refused',
      `the remote refused the commit: ${message}`,
      'look at the rules of the remote',
    );
    if (batch.length === 1) batch[0]?.reject(fault);
    else for (const half of [batch.slice(0, batch.length >> 1), batch.slice(batch.length >> 1)]) await settle(half);
  };

  const settle = async (batch: Waiting[]): Promise<void> => {
    try {
      await runBatch(batch);
    } catch (error) {
      const fault = diskFault(error);
      // What was put back for the next batch is still to come.
      for (const waiting of batch) if (!queue.includes(waiting)) waiting.reject(fault);
    }
  };

  const serially = (task: () => Promise<void>): Promise<void> => {
    const done = work.then(task);
    work = done.catch(() => undefined);
    return done;
  };

  const drain = async (): Promise<void> => {
    working = true;
    while (queue.length > 0) {
      // Whoever asks in the same turn shares the sync.
      await new Promise((resolve) => setImmediate(resolve));
      await settle(queue.splice(0, BATCH));
    }
    working = false;
  };

  return {
    commit: <R>(request: CommitRequest<R>) =>
      new Promise<Outcome<R>>((resolve, reject) => {
        if (closed || queue.length >= QUEUE) {
          reject(new GitError('again', 'the repository takes no more changes now', 'send the change again later'));
          return;
        }
        queue.push({ request, resolve: resolve as (outcome: Outcome<unknown>) => void, reject });
        if (!working) {
          working = true;
          serially(drain);
        }
      }),
    async head() {
      const commit = await readBranch(branch);
      return { commit, ...filesOf(store, await treeOf(commit)) };
    },
    sync: () => serially(fetchRemote),
    async close() {
      closed = true;
      await work;
      store.close();
    },
  };
}
