import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GitError, gitFailed } from './error.ts';
import { askGit, runGit } from './run.ts';

/** A folder inside a git repository, bare or with a working tree. */
export interface Repository {
  /** The folder that git runs in: the one that was asked about. */
  readonly folder: string;
  /** The folder's path from the top of the repository: empty, or ending in `/`. */
  readonly prefix: string;
  readonly bare: boolean;
  /** Whether history was cut off by a shallow clone. */
  readonly shallow: boolean;
}

/** A commit, as far as a release needs to know it. */
export interface Commit {
  /** The full object id. */
  readonly id: string;
  /** The committer's time in seconds since 1970. */
  readonly time: number;
}

/**
 * The repository that a folder lies in; `undefined` where it lies in none.
 *
 * @throws GitError where git refuses to look at it (it belongs to somebody else) or is not installed though there is a
 *   repository.
 */
export async function openRepository(folder: string): Promise<Repository | undefined> {
  const args = ['rev-parse', '--is-bare-repository', '--is-shallow-repository', '--show-prefix'];
  const answer = await runGit(folder, args).catch((error: unknown) => {
    if (error instanceof GitError && !liesInRepository(folder)) return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  if (answer.status !== 0) {
    if (/not a git repository/.test(answer.stderr)) return undefined;
    throw gitFailed(args, answer.stderr);
  }
  const [bare, shallow, ...prefix] = answer.stdout.toString('utf8').slice(0, -1).split('\n');
  return {
    folder,
    // The folder's own name may hold a newline.
    prefix: prefix.join('\n'),
    bare: bare === 'true',
    shallow: shallow === 'true',
  };
}

function liesInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (dirname(at) === at) return false;
  }
}

/** The commit that is checked out in the repository of a folder; `undefined` in one without commits. */
export async function headCommit(folder: string): Promise<Commit | undefined> {
  return findCommit(folder, 'HEAD');
}

/**
 * The commit that a revision names: a branch, a tag, an abbreviated id, `HEAD~2`.
 *
 * @throws GitError where it names none.
 */
export async function resolveCommit(repository: Repository, revision: string): Promise<Commit> {
  // NUL and newline would end the argument or the answer's line; git has no revision with either.
  if (revision !== '' && !/[\0\n]/.test(revision)) {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const answer = await runGit(repository.folder, args);
    const commit = answer.status === 0 ? await findCommit(repository.folder, lastLine(answer.stdout)) : undefined;
    if (commit !== undefined) return commit;
  }
  const shallow = repository.shallow ? '; this clone is shallow: fetch the rest with git fetch --unshallow' : '';
  throw new GitError(
    'refused',
    `"${revision}" names no commit of the repository`,
    `name a branch, a tag or a commit${shallow}`,
  );
}

/** The answer of `git rev-parse`; before 2.30 it repeats `--end-of-options` above it. */
function lastLine(output: Buffer): string {
  return output.toString('latin1').trimEnd().split('\n').at(-1) as string;
}

/** `name` is `HEAD` or an object id. */
async function findCommit(folder: string, name: string): Promise<Commit | undefined> {
  const args = ['log', '-1', '--no-show-signature', '--no-color', '--format=%H %ct', name, '--'];
  const answer = await runGit(folder, args);
  if (answer.status !== 0) {
    if (/bad revision|unknown revision|does not have any commits|ambiguous argument|bad object/.test(answer.stderr)) {
      return undefined;
    }
    throw gitFailed(args, answer.stderr);
  }
  const [id, time] = answer.stdout.toString('latin1').trim().split(' ');
  return id === undefined || id === '' ? undefined : { id, time: Number(time) };
}

/** The best common ancestor of two commits; `undefined` where they have none. */
export async function mergeBase(repository: Repository, a: Commit, b: Commit): Promise<Commit | undefined> {
  const args = ['merge-base', '--end-of-options', a.id, b.id];
  const answer = await runGit(repository.folder, args);
  if (answer.status === 1) return undefined;
  if (answer.status !== 0) throw gitFailed(args, answer.stderr);
  return findCommit(repository.folder, lastLine(answer.stdout));
}

/**
 * The files at or below the paths in a folder of a working tree that are not as the commit that is checked out has them:
 * changed, added, removed, ignored or not. Line ends and filters of `.gitattributes` are taken into account. The paths that
 * come back begin at the top of the repository.
 */
export async function changedFiles(folder: string, paths: readonly string[]): Promise<string[]> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignored=traditional', '--no-renames'];
  const listing = await askGit(folder, [...args, '--', ...paths]);
  return listing
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
}
