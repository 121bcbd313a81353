import { type BlobReader, readBlobSync } from '../../git/blobs.ts';
import type { Repository } from '../../git/repository.ts';
import { MAX_FILE, type SourceBytes, tooLarge } from './tree.ts';

/** The octets of files of a repository: fetched together, then read one by one. */
export interface FetchedFiles {
  /** Fetches files that are about to be read. Rejects with a GitError. */
  prefetch(paths: readonly string[]): Promise<void>;
  /** Reads a file, and forgets it. Throws a SourceError where it is too large, and a GitError. */
  read(path: string): SourceBytes;
  clear(): void;
}

/** Reads files whose blobs `id` names. */
export function newFetchedFiles(repository: Repository, blobs: BlobReader, id: (path: string) => string): FetchedFiles {
  const contents = new Map<string, Uint8Array | undefined>();
  /** By blob: the files that were fetched and not read yet. Thousands of zones may have one document. */
  const unread = new Map<string, Set<string>>();
  return {
    async prefetch(paths) {
      const missing = new Set<string>();
      for (const path of paths) {
        const blob = id(path);
        const files = unread.get(blob) ?? new Set();
        unread.set(blob, files.add(path));
        if (!contents.has(blob)) missing.add(blob);
      }
      await Promise.all([...missing].map(async (blob) => contents.set(blob, await blobs.read(blob, MAX_FILE))));
    },
    read(path) {
      const blob = id(path);
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
