import type { BlobReader } from './blobs.ts';
import { type CommitContent, parseCommit } from './commit-object.ts';
import { GitError } from './error.ts';
import type { HistoryEntry } from './history.ts';
import type { ObjectKind } from './object.ts';
import type { TreeChange } from './tree.ts';
import { differingEntries } from './tree-difference.ts';
import { FOLDER, type FolderEntry } from './tree-object.ts';

/** The longest commit or tree that is read, in octets. */
const LONGEST = 64 * 1024 * 1024;

/**
 * What `firstParentHistory` gives for the commits behind `since`, read through one git that is open already: for the few that
 * have come since somebody looked last. `undefined` where `since` is not among the `most` first parents before `from`.
 *
 * @throws GitError where the repository lacks one of them.
 */
export async function commitsSince(
  blobs: BlobReader,
  from: string,
  since: string,
  { most, roots }: { readonly most: number; readonly roots: ReadonlySet<string> },
): Promise<HistoryEntry[] | undefined> {
  const entries: HistoryEntry[] = [];
  for (let id = from, count = 0; id !== since; count++) {
    const commit = await readCommit(blobs, id);
    const [parent] = commit.parents;
    if (count === most || parent === undefined) return undefined;
    const changes = await changesBetween(blobs, (await readCommit(blobs, parent)).tree, commit.tree, roots);
    if (changes.length > 0) entries.push({ id, time: commit.committerTime, changes, cutOff: false });
    id = parent;
  }
  return entries;
}

/** A commit. Throws a GitError where the repository lacks it. */
export async function readCommit(blobs: BlobReader, id: string): Promise<CommitContent> {
  return parseCommit(await readObject(blobs, 'commit', id));
}

/** How the files of two trees differ at and below some entries of the top folder. Only folders that differ are looked at. */
export async function changesBetween(
  blobs: BlobReader,
  before: string,
  after: string,
  roots: ReadonlySet<string>,
): Promise<TreeChange[]> {
  const changes: TreeChange[] = [];
  const look = async (path: string, old: FolderEntry | undefined, now: FolderEntry | undefined): Promise<void> => {
    const [was, is] = [fileOf(old), fileOf(now)];
    if (was !== undefined || is !== undefined) changes.push({ path, before: was, after: is });
    const [wasFolder, isFolder] = [folderOf(old), folderOf(now)];
    if (wasFolder !== undefined || isFolder !== undefined) await walk(`${path}/`, wasFolder, isFolder);
  };
  const walk = async (path: string, old: string | undefined, now: string | undefined): Promise<void> => {
    if (old === now) return;
    const [was, is] = [await treeOf(blobs, old), await treeOf(blobs, now)];
    for (const each of differingEntries(was, is, before.length / 2)) {
      if (path !== '' || roots.has(each.name)) await look(path + each.name, each.before, each.after);
    }
  };
  await walk('', before, after);
  return changes;
}

function fileOf(entry: FolderEntry | undefined): TreeChange['before'] {
  if (entry === undefined || entry.mode === FOLDER) return undefined;
  const kind = entry.mode.startsWith('100') ? 'file' : entry.mode === '120000' ? 'link' : 'other';
  return { kind, blob: entry.id };
}

function folderOf(entry: FolderEntry | undefined): string | undefined {
  return entry?.mode === FOLDER ? entry.id : undefined;
}

async function treeOf(blobs: BlobReader, id: string | undefined): Promise<Buffer> {
  return id === undefined ? Buffer.alloc(0) : readObject(blobs, 'tree', id);
}

async function readObject(blobs: BlobReader, kind: ObjectKind, id: string): Promise<Buffer> {
  const content = await blobs.readObject(kind, id, LONGEST);
  if (content !== undefined) return content;
  throw new GitError('unavailable', `the object ${id} is no ${kind} or too long`, 'run: git fsck');
}
