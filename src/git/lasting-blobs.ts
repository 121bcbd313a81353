import { type BlobReader, openBlobs } from './blobs.ts';
import { GitError } from './error.ts';
import type { Repository } from './repository.ts';

/** A reader for a process that stays. `close` is for good: else who still reads would keep the process alive. */
export interface LastingBlobs extends BlobReader {
  /** Lets go of git, and of the files that it holds open, until somebody asks again. */
  release(): void;
}

/**
 * A reader whose git is started again where it has died, or does not find an object because packs were replaced meanwhile.
 * Rejects with a GitError what is asked once it is closed.
 */
export function openLastingBlobs(repository: Repository): LastingBlobs {
  let reader: BlobReader | undefined;
  let closed = false;
  const release = (): void => {
    reader?.close();
    reader = undefined;
  };
  const ask: BlobReader['readObject'] = async (kind, id, limit) => {
    if (closed) throw new GitError('unavailable', 'the repository was closed', 'send the request again');
    reader ??= openBlobs(repository);
    const asked = reader;
    try {
      return await asked.readObject(kind, id, limit);
    } catch (error) {
      if (reader === asked) release();
      throw error;
    }
  };
  const readObject: BlobReader['readObject'] = (kind, id, limit) =>
    ask(kind, id, limit).catch(() => ask(kind, id, limit));
  return {
    read: (blob, limit) => readObject('blob', blob, limit),
    readObject,
    release,
    close() {
      closed = true;
      release();
    },
  };
}
