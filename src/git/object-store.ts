import { GitError } from './error.ts';
import { openLastingBlobs } from './lasting-blobs.ts';
import type { NewObject, ObjectFormat, ObjectKind } from './object.ts';
import { newObject } from './object.ts';
import type { Repository } from './repository.ts';

/** Objects of a repository, read once and kept while there is room: an id always means the same octets. */
export interface ObjectStore {
  readonly format: ObjectFormat;
  /**
   * An object's octets.
   *
   * @throws GitError where the repository lacks it, it is of another kind, or it is longer than the longest that is read.
   */
  read(kind: ObjectKind, id: string): Promise<Buffer>;
  /** Keeps what has just been written. */
  remember(objects: readonly NewObject[]): void;
  /** Lets go of the files that git holds open. Reading starts it again. */
  release(): void;
  /** Ends git for good: what would have to be read from now on rejects. Else who still reads would keep the process alive. */
  close(): void;
}

/** Octets of objects that are kept in memory. */
const KEPT = 48 * 1024 * 1024;
/** Longest object that is read: a zone document of a million records has some 60 MB. */
const LONGEST = 256 * 1024 * 1024;

/** Opens a repository's objects. */
export function openObjectStore(repository: Repository, format: ObjectFormat): ObjectStore {
  const kept = new Map<string, Buffer>();
  let octets = 0;
  const blobs = openLastingBlobs(repository);
  const empty = newObject(format, 'tree', Buffer.alloc(0));

  const keep = (id: string, content: Buffer): void => {
    if (content.length > KEPT / 4 || kept.has(id)) return;
    kept.set(id, content);
    octets += content.length;
    for (const [oldest, old] of kept) {
      if (octets <= KEPT) break;
      kept.delete(oldest);
      octets -= old.length;
    }
  };

  return {
    format,
    async read(kind, id) {
      const held = kept.get(id);
      if (held !== undefined) {
        kept.delete(id);
        kept.set(id, held);
        return held;
      }
      if (id === empty.id) return empty.content;
      const content = await blobs.readObject(kind, id, LONGEST);
      if (content === undefined) {
        throw new GitError('unavailable', `the object ${id} is no ${kind} or too long`, 'run: git fsck');
      }
      keep(id, content);
      return content;
    },
    remember(objects) {
      for (const { id, content } of objects) keep(id, content);
    },
    release: blobs.release,
    close: blobs.close,
  };
}
