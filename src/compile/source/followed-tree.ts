import type { BlobReader } from '../../git/blobs.ts';
import { changesBetween } from '../../git/commits-since.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import { listTree, type TreeChange } from '../../git/tree.ts';
import { SOURCE_PATHS } from './commit-tree.ts';
import { newFetchedFiles } from './fetched.ts';
import { SourceError, type SourceTree } from './tree.ts';

/** The files at a commit, and soon at another one: what is the same in both is not listed again. */
export interface FollowedTree {
  /** The files at the commit that was followed to last. */
  readonly tree: SourceTree;
  /**
   * Goes to another commit, whose tree this is. Gives the files that have other octets there; `undefined` where more differs
   * than that, and nothing has happened.
   *
   * @throws GitError where the repository lacks something.
   */
  follow(treeId: string): Promise<readonly TreeChange[] | undefined>;
}

const roots: ReadonlySet<string> = new Set(SOURCE_PATHS);

/**
 * Opens the files at a commit, whose tree this is, through a reader that stays open. `undefined` where there is anything but
 * plain files: what links lead to is found out by `openCommit`.
 */
export async function openFollowedTree(
  repository: Repository,
  blobs: BlobReader,
  commit: Commit,
  treeId: string,
): Promise<FollowedTree | undefined> {
  const entries = await listTree(repository, commit, SOURCE_PATHS);
  if (entries.some(({ kind }) => kind !== 'file')) return undefined;
  const files = new Map(entries.map(({ path, blob }) => [path, blob]));
  const paths = [...files.keys()];
  let at = treeId;
  const id = (path: string): string => {
    const blob = files.get(path);
    if (blob !== undefined) return blob;
    throw new SourceError('source-unreadable', `the commit has no ${path}`, 'name another commit');
  };
  const fetched = newFetchedFiles(repository, blobs, id);
  const tree: SourceTree = {
    paths,
    findings: [],
    id,
    prefetch: fetched.prefetch,
    read: fetched.read,
    close: fetched.clear,
  };
  return {
    tree,
    async follow(next) {
      const changes = await changesBetween(blobs, at, next, roots);
      if (!changes.every(({ before, after }) => before?.kind === 'file' && after?.kind === 'file')) return undefined;
      for (const { path, after } of changes) files.set(path, (after as NonNullable<TreeChange['after']>).blob);
      at = next;
      return changes;
    },
  };
}
