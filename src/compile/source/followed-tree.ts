import { type BlobReader, readBlobSync } from '../../git/blobs.ts';
import { changesBetween } from '../../git/commits-since.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import { listTree, type TreeChange } from '../../git/tree.ts';
import { SOURCE_PATHS } from './commit-tree.ts';
import { MAX_FILE, type SourceBytes, SourceError, type SourceTree, tooLarge } from './tree.ts';

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
  const fetched = new Map<string, Uint8Array | undefined>();
  let at = treeId;
  const id = (path: string): string => {
    const blob = files.get(path);
    if (blob !== undefined) return blob;
    throw new SourceError('source-unreadable', `the commit has no ${path}`, 'name another commit');
  };
  const tree: SourceTree = {
    paths,
    findings: [],
    id,
    async prefetch(wanted) {
      const missing = [...new Set(wanted.map(id))].filter((blob) => !fetched.has(blob));
      const contents = await Promise.all(missing.map((blob) => blobs.read(blob, MAX_FILE)));
      for (const [i, blob] of missing.entries()) fetched.set(blob, contents[i]);
    },
    read(path): SourceBytes {
      const blob = id(path);
      const bytes = fetched.has(blob) ? fetched.get(blob) : readBlobSync(repository, blob, MAX_FILE);
      fetched.delete(blob);
      if (bytes === undefined) throw tooLarge(path, MAX_FILE + 1);
      return { id: blob, bytes };
    },
    close: () => fetched.clear(),
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
