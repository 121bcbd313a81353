import { isUtf8 } from 'node:buffer';
import { GitError } from './error.ts';
import type { ObjectStore } from './object-store.ts';
import type { FolderEntry } from './tree-object.ts';
import { entriesOf, FOLDER, findEntry } from './tree-object.ts';

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
  /** What is directly in a folder, by name; nothing where there is no such folder. */
  list(folder: string): Promise<ReadonlyMap<string, PathEntry>>;
}

/** The files of a commit. */
export interface Snapshot extends Files {
  /** The commit's id; `undefined` where the branch does not exist yet and there are no files. */
  readonly commit: string | undefined;
}

/** Opens the files of a tree. */
export function filesOf(store: ObjectStore, tree: string): Files {
  const { octets } = store.format;
  const find = async (path: string): Promise<FolderEntry | undefined> => {
    let at: FolderEntry = { mode: FOLDER, id: tree };
    if (path === '') return at;
    for (const segment of path.split('/')) {
      if (at.mode !== FOLDER) return undefined;
      const entry = findEntry(await store.read('tree', at.id), segment, octets);
      if (entry === undefined) return undefined;
      at = entry;
    }
    return at;
  };
  return {
    async entry(path) {
      const entry = await find(path);
      return entry === undefined ? undefined : { kind: kindOf(entry.mode), id: entry.id };
    },
    async read(path) {
      const entry = await find(path);
      if (entry === undefined || kindOf(entry.mode) !== 'file') return undefined;
      const content = await store.read('blob', entry.id);
      if (isUtf8(content)) return content.toString('utf8');
      throw new GitError('refused', `the file ${path} is not UTF-8`, 'write it in UTF-8');
    },
    async list(folder) {
      const entry = await find(folder);
      const listed = new Map<string, PathEntry>();
      if (entry?.mode !== FOLDER) return listed;
      for (const [name, { mode, id }] of entriesOf(await store.read('tree', entry.id), octets)) {
        listed.set(name, { kind: kindOf(mode), id });
      }
      return listed;
    },
  };
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
      list: async (folder) => ((await note(folder)) === undefined ? new Map() : files.list(folder)),
    },
  };
}

/** Whether everything that was looked at is the same in these files. */
export async function sameFiles(files: Files, seen: ReadonlyMap<string, string | undefined>): Promise<boolean> {
  for (const [path, id] of seen) if ((await files.entry(path))?.id !== id) return false;
  return true;
}
