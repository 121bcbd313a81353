import type { CommitRequest, Outcome, Waiting } from './batch.ts';
import { buildBatch, treeOf } from './batch.ts';
import { openBranch, readBranch } from './branch.ts';
import type { Person } from './commit-object.ts';
import { diskFault } from './durable.ts';
import { GitError } from './error.ts';
import type { HistoryPage, HistoryQuestion } from './history-page.ts';
import { historyPage, mustHold } from './history-page.ts';
import { openJournal } from './journal.ts';
import { replayJournals } from './journal-replay.ts';
import { objectFormat } from './object.ts';
import { openObjectStore } from './object-store.ts';
import { localPublisher, remotePublisher } from './publish.ts';
import type { Remote } from './remote.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import { filesOf } from './snapshot.ts';
import { openUpkeep } from './upkeep.ts';

export type { Applied, CommitRequest, Outcome } from './batch.ts';

/** What a committer is opened with. */
export interface CommitterOptions {
  readonly branch: string;
  readonly committer: Person;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Where a commit must have been accepted before it counts. Then nobody else may write the branch on this disk. */
  readonly remote?: Remote;
  /** Whether it writes for long: then commits reach the disk by a journal, which costs some time to make. */
  readonly journal?: boolean;
  /** Milliseconds for one `apply`, while which all others wait; default 10,000. */
  readonly applyTimeout?: number;
  /** Milliseconds for which a change follows a branch that others keep moving; default 30,000. */
  readonly patience?: number;
  /** Told where the repository could not be tidied up; commits are not touched by it. */
  readonly onUpkeepFault?: (error: unknown) => void;
}

/** Writes commits to one branch, several requests under one sync. */
export interface Committer {
  /** Rejects with a GitError where nothing was decided: disk, remote or lock. */
  commit<R>(request: CommitRequest<R>): Promise<Outcome<R>>;
  /** The files at the branch's head now. */
  head(): Promise<Snapshot>;
  /**
   * The files at an earlier commit of the branch.
   *
   * @throws GitError where the branch does not hold it.
   */
  at(commit: string): Promise<Snapshot>;
  /**
   * A page of the branch's history, newest first.
   *
   * @throws GitError where it is to go on after a commit that the branch does not hold.
   */
  history(question: HistoryQuestion): Promise<HistoryPage>;
  /** Takes over what the remote's branch is at. */
  sync(): Promise<void>;
  /** Waits for what was asked for and lets go of the repository. */
  close(): Promise<void>;
}

/** Most commits of one batch and most requests that wait. */
const BATCH = 256;
const QUEUE = 10_000;

/**
 * Milliseconds for which a batch waits for the next one of those who shared the batch before, and at most for all of them:
 * whoever was answered a moment ago is likely to ask again.
 */
const NEXT = 2;
const COMPANY = 20;

const APPLY_TIMEOUT = 10_000;
const PATIENCE = 30_000;

/** Opens a branch for writing. */
export async function openCommitter(repository: Repository, options: CommitterOptions): Promise<Committer> {
  const { committer, now, remote, applyTimeout = APPLY_TIMEOUT, patience = PATIENCE } = options;
  const branch = await openBranch(repository, options.branch);
  await replayJournals(branch);
  const format = await objectFormat(repository);
  const journal = options.journal === true && remote === undefined ? openJournal(branch) : undefined;
  const store = openObjectStore(repository, format);
  const publisher =
    remote === undefined
      ? localPublisher(branch, format, journal)
      : remotePublisher(repository, branch, format, remote);
  const upkeep = openUpkeep(branch.gitFolder, format, {
    replaced: () => store.release(),
    failed: options.onUpkeepFault ?? (() => undefined),
  });
  const queue: Waiting[] = [];
  let work: Promise<void> = Promise.resolve();
  let working = false;
  let closed = false;
  /** How many shared the last batch, and who is told when somebody comes. */
  let company = 1;
  let came: () => void = () => undefined;
  let waitingSync: Promise<void> | undefined;

  const runBatch = async (requests: readonly Waiting[]): Promise<void> => {
    const until = Date.now() + patience;
    let wanted = requests;
    for (let lost = 0; lost === 0 || Date.now() < until; lost++) {
      const head = lost > 0 ? await publisher.look(lost) : await readBranch(branch);
      const batch = await buildBatch(store, head, wanted, { committer, now, applyTimeout });
      queue.unshift(...batch.rest);
      wanted = [...batch.outcomes.keys()];
      if (batch.tip !== head && batch.tip !== undefined) {
        const published = await publisher.publish(batch.objects, head, batch.tip);
        upkeep.written();
        if (published.kind === 'lost') continue;
        if (published.kind === 'refused') return refuseOrSplit(wanted, published.message);
      } else if (lost > 0 && head !== undefined) {
        await publisher.follow(head);
      }
      for (const [waiting, outcome] of batch.outcomes) waiting.resolve(outcome);
      return;
    }
    throw new GitError('again', 'others keep moving the branch', 'send the change again');
  };

  /** A remote refuses a push as a whole: halves tell whose commit it was. */
  const refuseOrSplit = async (batch: readonly Waiting[], message: string): Promise<void> => {
    const fault = new GitError(
      'refused',
      `the remote refused the commit: ${message}`,
      'look at the rules of the remote',
    );
    if (batch.length === 1) batch[0]?.reject(fault);
    else for (const half of [batch.slice(0, batch.length >> 1), batch.slice(batch.length >> 1)]) await settle(half);
  };

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await runBatch(batch);
    } catch (error) {
      const fault = diskFault(error);
      // What was put back for the next batch is still to come.
      for (const waiting of batch) if (!queue.includes(waiting)) waiting.reject(fault);
      // Whoever has waited behind a remote that does not answer would wait as long again.
      const silent = remote !== undefined && fault instanceof GitError && fault.kind === 'unavailable';
      if (silent) for (const waiting of queue.splice(0)) waiting.reject(fault);
    }
  };

  const serially = (task: () => Promise<void>): Promise<void> => {
    const done = work.then(task);
    work = done.catch(() => undefined);
    return done;
  };

  /** Waits for those who will share the sync: all that ask in the same turn, and as many as shared the last one. */
  const gather = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (queue.length >= company) return;
    const until = performance.now() + COMPANY;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, NEXT);
      came = () => {
        if (queue.length < company && performance.now() < until) timer.refresh();
        else {
          clearTimeout(timer);
          resolve();
        }
      };
    });
    came = () => undefined;
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      await gather();
      const batch = queue.splice(0, BATCH);
      company = batch.length;
      await settle(batch);
    }
    working = false;
  };

  const snapshot = async (commit: string | undefined): Promise<Snapshot> => ({
    commit,
    ...filesOf(store, await treeOf(store, commit)),
  });

  return {
    commit: <R>(request: CommitRequest<R>) =>
      new Promise<Outcome<R>>((resolve, reject) => {
        if (closed || queue.length >= QUEUE) {
          reject(new GitError('again', 'the repository takes no more changes now', 'send the change again later'));
          return;
        }
        queue.push({ request, resolve: resolve as (outcome: Outcome<unknown>) => void, reject });
        came();
        if (!working) {
          working = true;
          serially(drain);
        }
      }),
    head: async () => snapshot(await readBranch(branch)),
    async at(commit) {
      await mustHold(branch, commit);
      return snapshot(commit);
    },
    history: async (question) => historyPage(repository, branch, store, await readBranch(branch), question),
    sync() {
      // Of many who ask meanwhile, one that has not begun yet serves all.
      waitingSync ??= serially(() => {
        waitingSync = undefined;
        return publisher.catchUp();
      });
      return waitingSync;
    },
    async close() {
      closed = true;
      await work;
      await upkeep.close();
      await journal?.close();
      store.close();
    },
  };
}
