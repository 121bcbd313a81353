import { type Files, movesBetween, NO_TREE, type PathEntry } from '../../git/snapshot.ts';

/** What became of a file: the ids of its blob. */
export interface FileMove {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Which files a tree has at and below some paths, with the ids of their blobs. */
export interface TreeCopy {
  readonly paths: ReadonlyMap<string, string>;
  /** Whether this is the tree that was followed last. */
  shows(files: Files): Promise<boolean>;
  /** Follows to another tree and says what differs. Only folders that differ are looked at. */
  follow(files: Files): Promise<ReadonlyMap<string, FileMove>>;
  /** Copies nothing any more, as after a walk that was broken off. */
  forget(): void;
}

/** A copy of no tree yet. Only what is at or below `roots`, entries of the top folder, is looked at. */
export function newTreeCopy(roots: ReadonlySet<string>): TreeCopy {
  const paths = new Map<string, string>();
  /** The octets of the folders, with which only what differs is looked at. */
  const folders = new Map<string, Buffer>();
  let top: string | undefined;

  const put = (path: string, id: string | undefined, changed: Map<string, FileMove>): void => {
    const before = paths.get(path);
    if (before === id) return;
    if (id === undefined) paths.delete(path);
    else paths.set(path, id);
    changed.set(path, { before, after: id });
  };
  const leave = (path: string, entry: PathEntry | undefined, changed: Map<string, FileMove>): void => {
    if (entry?.kind === 'file') put(path, undefined, changed);
    const tree = folders.get(path);
    if (entry?.kind !== 'folder' || tree === undefined) return;
    folders.delete(path);
    for (const { name, before } of movesBetween(tree, NO_TREE, entry.id)) leave(`${path}/${name}`, before, changed);
  };
  const visit = async (
    files: Files,
    path: string,
    before: PathEntry | undefined,
    after: PathEntry | undefined,
    changed: Map<string, FileMove>,
  ): Promise<void> => {
    if (before?.kind !== after?.kind) leave(path, before, changed);
    if (after?.kind === 'file') put(path, after.id, changed);
    if (after?.kind !== 'folder') return;
    const old = folders.get(path) ?? NO_TREE;
    const tree = await files.tree(path);
    folders.set(path, tree);
    for (const move of movesBetween(old, tree, after.id))
      await visit(files, `${path}/${move.name}`, move.before, move.after, changed);
  };
  return {
    paths,
    shows: async (files) => (await files.entry(''))?.id === top,
    async follow(files) {
      const changed = new Map<string, FileMove>();
      const root = (await files.entry(''))?.id;
      if (root === top) return changed;
      const old = folders.get('') ?? NO_TREE;
      const tree = await files.tree('');
      for (const { name, before, after } of movesBetween(old, tree, root ?? ''))
        if (roots.has(name)) await visit(files, name, before, after, changed);
      folders.set('', tree);
      top = root;
      return changed;
    },
    forget() {
      paths.clear();
      folders.clear();
      top = undefined;
    },
  };
}
