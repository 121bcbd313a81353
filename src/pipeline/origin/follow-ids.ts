import type { DomainName } from '../../dns/name.ts';
import { commitsBetween } from '../../git/messages.ts';
import type { Repository } from '../../git/repository.ts';
import { type IdNote, readNotes } from '../../state/ids/notes.ts';
import { followCommits, idsCursor, type NotedCommit, rebuildIds } from '../../state/ids/store.ts';
import type { State } from '../../state/state.ts';

/** A commit that was made here and says nothing about ids. */
export interface SilentCommit {
  readonly commit: string;
  readonly parent: string | undefined;
  /** Seconds since 1970. */
  readonly time: number;
}

/** A commit of our own, of which git need not be asked. */
export interface OwnCommit extends SilentCommit {
  readonly notes: readonly IdNote[];
  /** The zones that the notes speak of. */
  readonly zones: readonly DomainName[];
}

/**
 * Keeps the ids up with the branch. Commits of our own are followed a moment later, many at once: until then it is known of
 * which zones they speak, and all that is asked about others may be asked of the tables.
 */
export interface IdFollower {
  /** Remembers a commit that was made here, and follows to it soon. */
  note(commit: OwnCommit): void;
  /** Follows to a commit of the branch. Those who ask at the same time are served together. */
  follow(to: string | undefined): Promise<void>;
  /** Follows to a commit, unless it is one of our own that is followed soon. */
  followOthers(to: string | undefined): Promise<void>;
  /** Follows to a commit as far as these zones hang on it. */
  followFor(zones: readonly DomainName[], to: string | undefined): Promise<void>;
  /** Follows to the last commit that was made here. */
  settle(): Promise<void>;
}

/** Commits of our own that are remembered. */
const REMEMBERED = 10_000;
/** Milliseconds for which commits of our own are gathered, and how many at most. */
const GATHERED = 100;
const CROWD = 250;

/** Follows the ids of a state along a branch of a repository. */
export function newIdFollower(repository: Repository, state: State): IdFollower {
  const own = new Map<string, OwnCommit>();
  let at: string | undefined;
  /** The last of our own, and how many came since the last one that was followed. */
  let newest: string | undefined;
  let gathered = 0;
  let wanted: string | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const step = async (to: string): Promise<void> => {
    for (;;) {
      const from = await idsCursor(state.query);
      if (from === to) break;
      const known = chain(own, from, to)?.reverse().map(toldBy);
      const commits = known ?? (await commitsBetween(repository, from, to))?.map(noted);
      if (commits === undefined) {
        // Another process may be ahead of what was asked for, or the history is another one.
        if (from !== undefined && (await commitsBetween(repository, to, from)) !== undefined) break;
        await rebuildIds(state, ((await commitsBetween(repository, undefined, to)) ?? []).map(noted));
        break;
      }
      if (await followCommits(state, from, commits)) break;
    }
    at = to;
  };
  const run = async (): Promise<void> => {
    // Whoever commits in the same turn is followed in the same transaction.
    await new Promise((resolve) => setImmediate(resolve));
    const to = wanted;
    running = undefined;
    if (to !== undefined && to !== at) await step(to);
  };
  let last: Promise<void> = Promise.resolve();
  const follow = (to: string | undefined): Promise<void> => {
    if (to === undefined || to === at) return Promise.resolve();
    wanted = to;
    if (running === undefined) {
      const next = last.then(run, run);
      running = next;
      last = next.catch(() => undefined);
    }
    return running;
  };
  const settle = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    gathered = 0;
    // Where it cannot be reached from here, the ids are beyond it.
    if (newest !== at && newest !== undefined && chain(own, at, newest) !== undefined) await follow(newest);
  };
  // A database that is away is told to whoever asks it next.
  const settleSoon = (): void => void settle().catch(() => undefined);
  return {
    note(commit) {
      own.set(commit.commit, commit);
      newest = commit.commit;
      for (const oldest of own.keys()) {
        if (own.size <= REMEMBERED) break;
        own.delete(oldest);
      }
      timer ??= setTimeout(settleSoon, GATHERED).unref();
      if (++gathered >= CROWD) settleSoon();
    },
    follow,
    followOthers: async (to) => {
      if (to === undefined || to !== newest || chain(own, at, to) === undefined) await follow(to);
    },
    async followFor(zones, to) {
      if (to === undefined || to === at) return;
      const between = chain(own, at, to);
      if (between === undefined || between.some((commit) => zones.some((zone) => commit.zones.includes(zone))))
        await follow(to);
    },
    settle,
  };
}

/** The commits from one to another, the last first, where all of them are our own. */
function chain(own: ReadonlyMap<string, OwnCommit>, from: string | undefined, to: string): OwnCommit[] | undefined {
  const commits: OwnCommit[] = [];
  for (let at: string | undefined = to; at !== from; ) {
    const commit: OwnCommit | undefined = at === undefined ? undefined : own.get(at);
    if (commit === undefined) return undefined;
    commits.push(commit);
    at = commit.parent;
  }
  return commits;
}

function toldBy({ commit, time, notes }: OwnCommit): NotedCommit {
  return { id: commit, at: time * 1000, notes };
}

function noted({
  id,
  time,
  trailers,
}: {
  id: string;
  time: number;
  trailers: Parameters<typeof readNotes>[0];
}): NotedCommit {
  return { id, at: time * 1000, notes: readNotes(trailers) };
}
