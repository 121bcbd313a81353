import { type ReadDocument, settled } from '../../compile/project.ts';
import type { DomainName } from '../../dns/name.ts';

/** What reading throws where a file's text is not at hand; it is fetched, and the work done again. */
export class NotLoaded extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is not loaded`);
    this.name = 'NotLoaded';
    this.path = path;
  }
}

/** Texts of files and documents that were read, as long as there is room. Blobs never change. */
export interface Shelf {
  has(blob: string): boolean;
  put(blob: string, text: string): void;
  /** The text of a blob. Throws {@link NotLoaded} where it is not at hand. */
  text(path: string, blob: string): string;
  /** The document of a zone from this blob: the one that was read, or else `read` now, from another one if one was read. */
  document(apex: DomainName, blob: string, read: (before: ReadDocument | undefined) => ReadDocument): ReadDocument;
  /** Keeps a document that was read from a blob. */
  keep(apex: DomainName, blob: string, document: ReadDocument): void;
  /** What documents are read with has changed. */
  forgetDocuments(): void;
}

/** Characters of texts and of the documents that were read: each of those takes ten times as many octets. */
const ROOM = { texts: 32 * 1024 * 1024, documents: 12 * 1024 * 1024 };

/** An empty shelf. */
export function newShelf(): Shelf {
  const texts = newRoom<string, string>(ROOM.texts, (text) => text.length);
  const documents = newRoom<DomainName, { blob: string; document: ReadDocument }>(
    ROOM.documents,
    ({ document }) => document.zone?.source.text.length ?? 0,
  );
  const shelf: Shelf = {
    has: (blob) => texts.get(blob) !== undefined,
    put: (blob, text) => texts.put(blob, text),
    text(path, blob) {
      const text = texts.get(blob);
      if (text === undefined) throw new NotLoaded(path);
      return text;
    },
    document(apex, blob, read) {
      const held = documents.get(apex);
      if (held?.blob === blob) return held.document;
      const document = read(held?.document);
      shelf.keep(apex, blob, document);
      return document;
    },
    // How it differs from the one before is of interest only until it has been evaluated.
    keep: (apex, blob, document) => documents.put(apex, { blob, document: settled(document) }),
    forgetDocuments: () => documents.clear(),
  };
  return shelf;
}

/** Things that are kept while there is room; those that nobody asked for longest go first, but for the last one. */
function newRoom<K, V>(room: number, sizeOf: (value: V) => number) {
  const held = new Map<K, V>();
  let size = 0;
  const remove = (key: K): void => {
    const value = held.get(key);
    if (value === undefined) return;
    held.delete(key);
    size -= sizeOf(value);
  };
  return {
    get(key: K): V | undefined {
      const value = held.get(key);
      if (value === undefined) return undefined;
      held.delete(key);
      held.set(key, value);
      return value;
    },
    put(key: K, value: V): void {
      remove(key);
      held.set(key, value);
      size += sizeOf(value);
      for (const oldest of held.keys()) {
        if (size <= room || held.size === 1) break;
        remove(oldest);
      }
    },
    clear(): void {
      held.clear();
      size = 0;
    },
  };
}
