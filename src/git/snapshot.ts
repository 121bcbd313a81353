import { isUtf8 } from 'node:buffer';
import { GitError } from './error.ts';
import type { ObjectStore } from './object-store.ts';
import { differingEntries } from './tree-difference.ts';
import type { FolderEntry } from './tree-object.ts';
import { FOLDER, findEntry } from './tree-object.ts';

/** What a path is in a commit. */
export interface PathEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** The id of its blob or tree. */
  readonly id: string;
}

/** The files of one tree. Paths are from the top of the repository, with `/`; the empty path is the top folder. */
export interface Files {
  /** What there is at a path; `undefined` where there is nothing. */
  entry(path: string): Promise<PathEntry | undefined>;
  /**
   * The text of a file; `undefined` where there is no file.
   *
   * @throws GitError where it is not UTF-8.
   */
  read(path: string): Promise<string | undefined>;
  /** The octets of a folder, for {@link movesBetween}; none where there is no such folder. */
  tree(folder: string): Promise<Buffer>;
}

/** What became of a name in a folder; `undefined`: it is not there. */
export interface EntryMove {
  readonly name: string;
  readonly before: PathEntry | undefined;
  readonly after: PathEntry | undefined;
}

/** What {@link Files.tree} gives where there is no folder. */
export const NO_TREE: Buffer = Buffer.alloc(0);

/** What became of the names directly in a folder between two states of it. `id` is that of any object of the repository. */
export function movesBetween(before: Buffer, after: Buffer, id: string): EntryMove[] {
  return differingEntries(before, after, id.length / 2).map((each) => ({
    name: each.name,
    before: each.before && pathEntry(each.before),
    after: each.after && pathEntry(each.after),
  }));
}

/** The files of a commit. */
export interface Snapshot extends Files {
  /** The commit's id; `undefined` where the branch does not exist yet and there are no files. */
  readonly commit: string | undefined;
}

/** Opens the files of a tree. */
export function filesOf(store: ObjectStore, tree: string): Files {
  const { octets } = store.format;
  /** The folders that were looked into: one change asks for what is in the same ones again and again. */
  const folders = new Map<string, FolderEntry>([['', { mode: FOLDER, id: tree }]]);
  const find = async (path: string): Promise<FolderEntry | undefined> => {
    const known = folders.get(path);
    const end = path.lastIndexOf('/');
    if (known !== undefined || end === 0) return known;
    const folder = await find(end < 0 ? '' : path.slice(0, end));
    if (folder?.mode !== FOLDER) return undefined;
    const entry = findEntry(await store.read('tree', folder.id), path.slice(end + 1), octets);
    if (entry?.mode === FOLDER) folders.set(path, entry);
    return entry;
  };
  return {
    async entry(path) {
      const entry = await find(path);
      return entry === undefined ? undefined : pathEntry(entry);
    },
    async read(path) {
      const entry = await find(path);
      if (entry === undefined || kindOf(entry.mode) !== 'file') return undefined;
      const content = await store.read('blob', entry.id);
      if (isUtf8(content)) return content.toString('utf8');
      throw new GitError('refused', `the file ${path} is not UTF-8`, 'write it in UTF-8');
    },
    async tree(folder) {
      const entry = await find(folder);
      return entry?.mode === FOLDER ? store.read('tree', entry.id) : NO_TREE;
    },
  };
}

function pathEntry({ mode, id }: FolderEntry): PathEntry {
  return { kind: kindOf(mode), id };
}

function kindOf(mode: string): PathEntry['kind'] {
  if (mode === FOLDER) return 'folder';
  if (mode.startsWith('100')) return 'file';
  return mode === '120000' ? 'link' : 'other';
}

/** Files that note what was looked at: for each path the id that it had, or `undefined`. */
export function watchedFiles(files: Files): {
  readonly files: Files;
  readonly seen: ReadonlyMap<string, string | undefined>;
} {
  const seen = new Map<string, string | undefined>();
  const note = async (path: string): Promise<PathEntry | undefined> => {
    const entry = await files.entry(path);
    seen.set(path, entry?.id);
    return entry;
  };
  return {
    seen,
    files: {
      entry: note,
      read: async (path) => ((await note(path)) === undefined ? undefined : files.read(path)),
      tree: async (folder) => ((await note(folder)) === undefined ? NO_TREE : files.tree(folder)),
    },
  };
}

/** Whether everything that was looked at is the same in these files. */
export async function sameFiles(files: Files, seen: ReadonlyMap<string, string | undefined>): Promise<boolean> {
  for (const [path, id] of seen) if ((await files.entry(path))?.id !== id) return false;
  return true;
}
