import { GitError } from './error.ts';

/**
 * Trees as git stores them: entries of `MODE NAME<NUL>ID`, the id in octets, sorted by name as if a folder's ended in `/`.
 * They are searched and changed as they are, because a commit changes one entry of a few hundred.
 */

/** The mode of an ordinary file. */
export const FILE = '100644';
/** The mode of a folder. */
export const FOLDER = '40000';

/** One entry of a folder. */
export interface FolderEntry {
  readonly mode: string;
  readonly id: string;
}

const SPACE = 32;
const SLASH = 47;

/** Where an entry stands in a folder. */
export interface EntrySpan {
  readonly at: number;
  /** Where its name begins and ends. */
  readonly nameAt: number;
  readonly nul: number;
  /** Where the next entry begins. */
  readonly end: number;
}

/** The entry that begins at an offset; `undefined` at the end of the folder. */
export function spanAt(tree: Buffer, at: number, idOctets: number): EntrySpan | undefined {
  if (at >= tree.length) return undefined;
  const nameAt = afterSpace(tree, at);
  const nul = endOfName(tree, nameAt, idOctets);
  return { at, nameAt, nul, end: nul + 1 + idOctets };
}

/** The name of an entry. */
export function nameOf(tree: Buffer, { nameAt, nul }: EntrySpan): string {
  return tree.toString('utf8', nameAt, nul);
}

/** An entry without its name. */
export function entryOf(tree: Buffer, { at, nameAt, nul, end }: EntrySpan): FolderEntry {
  return { mode: tree.toString('latin1', at, nameAt - 1), id: tree.toString('hex', nul + 1, end) };
}

/** Compares the names of two entries, as git sorts them. */
export function compareSpans(tree: Buffer, span: EntrySpan, other: Buffer, { at, nameAt, nul }: EntrySpan): number {
  const folder = tree[span.at] === FOLDER.charCodeAt(0);
  const name = tree.subarray(span.nameAt, span.nul);
  return compareKeys(folder ? Buffer.concat([name, Buffer.of(SLASH)]) : name, other, at, nameAt, nul);
}

/** The entry of a name in a folder; `undefined` where there is none. */
export function findEntry(tree: Buffer, name: string, idOctets: number): FolderEntry | undefined {
  const wanted = Buffer.from(name);
  for (let at = 0; at < tree.length; ) {
    const nameAt = afterSpace(tree, at);
    let i = 0;
    while (i < wanted.length && tree[nameAt + i] === wanted[i]) i++;
    const nul = endOfName(tree, nameAt + i, idOctets);
    const end = nul + 1 + idOctets;
    if (i === wanted.length && nul === nameAt + i) return entryOf(tree, { at, nameAt, nul, end });
    at = end;
  }
  return undefined;
}

/** What becomes of a name in a folder: its new object, or `undefined` where it goes. */
export interface EntryChange {
  /** The mode that the entry has or had: a folder's place among the names is another than a file's. */
  readonly mode: string;
  readonly id: string | undefined;
}

/** The folder with other entries. A name never turns from file to folder or back here, because that would move it. */
export function withEntries(tree: Buffer, changes: ReadonlyMap<string, EntryChange>, idOctets: number): Buffer {
  const wanted = [...changes]
    .map(([name, change]) => ({ ...change, key: Buffer.from(change.mode === FOLDER ? `${name}/` : name), name }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  const parts: Buffer[] = [];
  let kept = 0;
  let at = 0;
  for (const change of wanted) {
    let end = at;
    let order = 1;
    while (at < tree.length) {
      const nameAt = afterSpace(tree, at);
      const nul = endOfName(tree, nameAt, idOctets);
      order = compareKeys(change.key, tree, at, nameAt, nul);
      end = nul + 1 + idOctets;
      if (order <= 0) break;
      at = end;
    }
    parts.push(tree.subarray(kept, at));
    if (at < tree.length && order === 0) at = end;
    kept = at;
    if (change.id !== undefined) parts.push(printEntry(change.name, change.mode, change.id));
  }
  parts.push(tree.subarray(kept));
  return Buffer.concat(parts);
}

function printEntry(name: string, mode: string, id: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
}

/** Compares a name with the one of an entry, as git sorts them. */
function compareKeys(key: Buffer, tree: Buffer, at: number, nameAt: number, nul: number): number {
  const folder = tree[at] === FOLDER.charCodeAt(0);
  const length = nul - nameAt + (folder ? 1 : 0);
  for (let i = 0; i < key.length && i < length; i++) {
    const other = nameAt + i === nul ? SLASH : (tree[nameAt + i] as number);
    const difference = (key[i] as number) - other;
    if (difference !== 0) return difference;
  }
  return key.length - length;
}

function afterSpace(tree: Buffer, from: number): number {
  let at = from;
  while (tree[at] !== SPACE) if (++at > from + 6) throw malformed();
  return at + 1;
}

function endOfName(tree: Buffer, from: number, idOctets: number): number {
  let at = from;
  while (tree[at] !== 0) if (++at >= tree.length) throw malformed();
  if (at + idOctets >= tree.length) throw malformed();
  return at;
}

function malformed(): GitError {
  return new GitError('unavailable', 'the repository holds a broken tree', 'run: git fsck');
}
