import type { Trailer } from './commit-object.ts';
import { parseMessage } from './commit-object.ts';
import { gitFailed } from './error.ts';
import type { Repository } from './repository.ts';
import { runGit } from './run.ts';

/** A commit with the facts at the end of its message. */
export interface TrailedCommit {
  readonly id: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly trailers: readonly Trailer[];
}

/**
 * The commits that `to` has and `from` has not, parents before children. `undefined` where `from` is no ancestor of `to`:
 * then the history was rewritten, or the two are of different repositories.
 *
 * @throws GitError where git fails.
 */
export async function commitsBetween(
  repository: Repository,
  from: string | undefined,
  to: string,
): Promise<TrailedCommit[] | undefined> {
  const { folder } = repository;
  if (from !== undefined) {
    const ancestor = await runGit(folder, ['merge-base', '--is-ancestor', '--end-of-options', from, to]);
    if (ancestor.status !== 0) return undefined;
  }
  const range = from === undefined ? [to] : [to, `^${from}`];
  const args = ['log', '--reverse', '--topo-order', '--no-show-signature', '--no-color', '-z', '--format=%H %ct%n%B'];
  const answer = await runGit(folder, [...args, ...range, '--']);
  if (answer.status !== 0) throw gitFailed(args, answer.stderr);
  return answer.stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      const [id, time] = entry.slice(0, end).split(' ') as [string, string];
      return { id, time: Number(time), trailers: parseMessage(entry.slice(end + 1)).trailers };
    });
}
