import { setTimeout as pause } from 'node:timers/promises';
import type { Committer } from '../git/committer.ts';
import { type Remote, remoteHead } from '../git/remote.ts';
import type { Repository } from '../git/repository.ts';
import type { Services } from './services.ts';

/** How long a server that starts waits for a remote whose branch it has seen before, in milliseconds. */
const PATIENCE = 5000;

/**
 * Takes over what the remote has before anything is served. One that is away is no reason not to serve what was there last.
 *
 * @throws GitError where nothing was ever there.
 */
export async function beginWithRemote(committer: Committer, log: Services['log']): Promise<void> {
  const { commit } = await committer.head();
  const synced = committer.sync();
  if (commit === undefined) return synced;
  const tried = synced.catch((error: unknown) =>
    log.warn({ err: error }, 'the remote does not answer; its branch is served as it was seen last'),
  );
  await Promise.race([tried, pause(PATIENCE, undefined, { ref: false })]);
}

/** What a remote is watched with. */
export interface RemoteWatchOptions {
  readonly repository: Repository;
  readonly remote: Remote;
  readonly committer: Pick<Committer, 'head' | 'sync'>;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly log: Services['log'];
  readonly metrics: Services['metrics'];
  readonly now: () => number;
}

/**
 * Looks every now and then whether somebody has pushed to the remote, and follows: webhooks get lost, and not every host has
 * them. Gives what ends it.
 */
export function watchRemote({
  repository,
  remote,
  committer,
  every,
  log,
  metrics,
  now,
}: RemoteWatchOptions): () => void {
  const end = new AbortController();
  let away = false;
  const look = async (): Promise<void> => {
    const there = await remoteHead(repository, remote);
    if (there !== (await committer.head()).commit) await committer.sync();
    metrics.remoteSeen.set(Math.floor(now() / 1000));
    if (away) log.info('the remote answers again');
    away = false;
  };
  const rounds = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await look().catch((error: unknown) => {
        // Once is enough to say: whoever writes is told, and the metric stands still.
        if (!away && !end.signal.aborted) log.warn({ err: error }, 'the remote does not answer');
        away = true;
      });
      await pause(every, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    }
  };
  void rounds();
  return () => end.abort();
}
