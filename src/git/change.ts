import { pathFault } from './name.ts';
import type { NewObject } from './object.ts';
import { newObject } from './object.ts';
import type { ObjectStore } from './object-store.ts';
import type { TreeChange } from './tree.ts';
import type { EntryChange, FolderEntry } from './tree-object.ts';
import { FILE, FOLDER, findEntry, withEntries } from './tree-object.ts';

/**
 * What is to become of one file. `previous` is the blob that it must be now, or `'none'` where it must not be there; without
 * it, anything may.
 */
export type FileChange =
  | {
      readonly kind: 'put';
      readonly path: string;
      readonly content: string | Uint8Array | NamedOctets;
      readonly previous?: string;
    }
  | { readonly kind: 'delete'; readonly path: string; readonly previous?: string };

/** Octets, and the id of the blob that they are, which need not be worked out again. */
export interface NamedOctets {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Why files cannot be changed so. */
export interface ChangeConflict {
  readonly kind: 'conflict';
  readonly path: string;
  /** One sentence. */
  readonly message: string;
}

/** A tree after changes: its id, the objects that it needs beyond those of the tree before, and the files that differ. */
export interface ChangedTree {
  readonly kind: 'tree';
  readonly tree: string;
  readonly objects: readonly NewObject[];
  readonly changed: readonly TreeChange[];
}

/** Changes of one folder: of files by name, and of the folders in it. */
interface FolderChanges {
  readonly files: Map<string, FileChange>;
  readonly folders: Map<string, FolderChanges>;
}

class Conflict extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Changes files of a tree. Each folder on the way is written anew once, whatever the number of files in it. */
export async function changeTree(
  store: ObjectStore,
  tree: string,
  changes: readonly FileChange[],
): Promise<ChangedTree | ChangeConflict> {
  const objects: NewObject[] = [];
  const changed: TreeChange[] = [];
  try {
    const top = sortIntoFolders(changes);
    const entry = await changeFolder({ store, objects, changed }, tree, top, '');
    const id = entry?.id ?? newObject(store.format, 'tree', Buffer.alloc(0)).id;
    if (entry === undefined) objects.push(newObject(store.format, 'tree', Buffer.alloc(0)));
    return { kind: 'tree', tree: id, objects, changed };
  } catch (error) {
    if (error instanceof Conflict) return { kind: 'conflict', path: error.path, message: error.message };
    throw error;
  }
}

function sortIntoFolders(changes: readonly FileChange[]): FolderChanges {
  const top: FolderChanges = { files: new Map(), folders: new Map() };
  for (const change of changes) {
    const fault = pathFault(change.path);
    if (fault !== undefined) throw new Conflict(change.path, `the path ${JSON.stringify(change.path)} ${fault}`);
    const segments = change.path.split('/');
    const name = segments.pop() as string;
    let folder = top;
    for (const segment of segments) {
      let inner = folder.folders.get(segment);
      if (inner === undefined) {
        inner = { files: new Map(), folders: new Map() };
        folder.folders.set(segment, inner);
      }
      if (folder.files.has(segment)) throw new Conflict(change.path, `${change.path} would be both file and folder`);
      folder = inner;
    }
    if (folder.files.has(name)) throw new Conflict(change.path, `${change.path} is changed twice`);
    if (folder.folders.has(name)) throw new Conflict(change.path, `${change.path} would be both file and folder`);
    folder.files.set(name, change);
  }
  return top;
}

interface Writing {
  readonly store: ObjectStore;
  readonly objects: NewObject[];
  readonly changed: TreeChange[];
}

/** The folder's new entry; `undefined` where nothing is left in it. */
async function changeFolder(
  writing: Writing,
  tree: string | undefined,
  changes: FolderChanges,
  prefix: string,
): Promise<FolderEntry | undefined> {
  const { store, objects } = writing;
  const { octets } = store.format;
  const content = tree === undefined ? Buffer.alloc(0) : await store.read('tree', tree);
  const entries = new Map<string, EntryChange>();
  for (const [name, inner] of changes.folders) {
    const path = prefix + name;
    const before = findEntry(content, name, octets);
    if (before !== undefined && before.mode !== FOLDER) throw new Conflict(path, `${path} is no folder`);
    const after = await changeFolder(writing, before?.id, inner, `${path}/`);
    if (after?.id !== before?.id) entries.set(name, { mode: FOLDER, id: after?.id });
  }
  for (const [name, change] of changes.files) {
    const before = findEntry(content, name, octets);
    const after = changeFile(writing, change, before);
    if (after?.id !== before?.id) entries.set(name, { mode: (after ?? before)?.mode ?? FILE, id: after?.id });
  }
  if (entries.size === 0) return tree === undefined ? undefined : { mode: FOLDER, id: tree };
  const next = withEntries(content, entries, octets);
  if (next.length === 0) return undefined;
  const object = newObject(store.format, 'tree', next);
  objects.push(object);
  return { mode: FOLDER, id: object.id };
}

function changeFile(
  { store, objects, changed }: Writing,
  change: FileChange,
  before: FolderEntry | undefined,
): FolderEntry | undefined {
  const { path, previous } = change;
  if (before !== undefined && !before.mode.startsWith('100')) {
    throw new Conflict(path, `${path} is ${before.mode === FOLDER ? 'a folder' : 'no ordinary file'}`);
  }
  if (previous !== undefined && previous !== (before?.id ?? 'none')) {
    const now = before === undefined ? 'is not there any more' : 'has been changed meanwhile';
    throw new Conflict(path, `${path} ${previous === 'none' ? 'is there already' : now}`);
  }
  if (change.kind === 'delete') {
    if (before === undefined) throw new Conflict(path, `${path} is not there`);
    changed.push({ path, before: { kind: 'file', blob: before.id }, after: undefined });
    return undefined;
  }
  const blob = blobOf(store, change.content);
  if (blob.id === before?.id) return before;
  objects.push(blob);
  changed.push({
    path,
    before: before === undefined ? undefined : { kind: 'file', blob: before.id },
    after: { kind: 'file', blob: blob.id },
  });
  return { mode: before?.mode ?? FILE, id: blob.id };
}

function blobOf({ format }: ObjectStore, content: Extract<FileChange, { kind: 'put' }>['content']): NewObject {
  if (typeof content === 'string') return newObject(format, 'blob', Buffer.from(content));
  const bytes = 'bytes' in content ? content.bytes : content;
  const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The id may be one of another format than the repository's.
  if (!('bytes' in content) || content.id.length !== 2 * format.octets) return newObject(format, 'blob', octets);
  return { kind: 'blob', id: content.id, content: octets };
}
