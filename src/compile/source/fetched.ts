import { type BlobReader, readBlobSync } from '../../git/blobs.ts';
import type { Repository } from '../../git/repository.ts';
import { MAX_FILE, type SourceBytes, tooLarge } from './tree.ts';

/** A blob that is about to be read, and the file that it is for. */
export interface WantedBlob {
  readonly blob: string;
  readonly path: string;
}

/** Blobs of a repository: fetched together, then read one by one. */
export interface FetchedBlobs {
  /** Fetches what is about to be read. Rejects with a GitError. */
  prefetch(wanted: readonly WantedBlob[]): Promise<void>;
  /**
   * Reads a blob for a file, and forgets it once no other file is waiting for it. Throws a SourceError where it is too large, and
   * a GitError.
   */
  read(wanted: WantedBlob): SourceBytes;
  clear(): void;
}

/** Fetches nothing before it is asked to. */
export function newFetchedBlobs(repository: Repository, blobs: BlobReader): FetchedBlobs {
  const contents = new Map<string, Uint8Array | undefined>();
  /** By blob: the files that it was fetched for and not read yet. Thousands of zones may have one document. */
  const unread = new Map<string, Set<string>>();
  return {
    async prefetch(wanted) {
      const missing = new Set<string>();
      for (const { blob, path } of wanted) {
        const files = unread.get(blob) ?? new Set();
        unread.set(blob, files.add(path));
        if (!contents.has(blob)) missing.add(blob);
      }
      await Promise.all([...missing].map(async (blob) => contents.set(blob, await blobs.read(blob, MAX_FILE))));
    },
    read({ blob, path }) {
      const bytes = contents.has(blob) ? contents.get(blob) : readBlobSync(repository, blob, MAX_FILE);
      const files = unread.get(blob);
      files?.delete(path);
      // What was fetched is asked for once; only templates and the like are read again, and they are small.
      if (files?.size === 0) {
        unread.delete(blob);
        contents.delete(blob);
      }
      if (bytes === undefined) throw tooLarge(path, MAX_FILE + 1);
      return { id: blob, bytes };
    },
    clear() {
      contents.clear();
      unread.clear();
    },
  };
}

/** The octets of files of a repository, fetched in the same way. */
export interface FetchedFiles {
  prefetch(paths: readonly string[]): Promise<void>;
  read(path: string): SourceBytes;
  clear(): void;
}

/** Reads files whose blobs `id` names. */
export function newFetchedFiles(repository: Repository, blobs: BlobReader, id: (path: string) => string): FetchedFiles {
  const { prefetch, read, clear } = newFetchedBlobs(repository, blobs);
  const wanted = (path: string): WantedBlob => ({ blob: id(path), path });
  return { prefetch: (paths) => prefetch(paths.map(wanted)), read: (path) => read(wanted(path)), clear };
}
