import { close, closeSync, fdatasync, fsync, fsyncSync, open, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ReleaseFile } from '../manifest.ts';
import { diskError } from './error.ts';
import { type HashThread, hashHere } from './hash-thread.ts';

/** A file of a release that is being written. */
export interface ReleaseSink {
  /** Appends octets, or a text whose characters are octets, as master files are. */
  write(piece: string | Uint8Array): void;
  /** Lets others finish what they do for a long file, so that its end takes less time. */
  settle(): Promise<void>;
  /** Closes the file and gives what the manifest says about it. */
  end(): ReleaseFile;
  /** Closes the file without finishing it. */
  abort(): void;
}

const syncFile = promisify(fsync);

/** After so many octets a file is being brought to the disk while it is still written. */
export const AHEAD = 8 << 20;

/** So many octets are written and hashed at once: what is in the processor's cache takes a fraction of the time. */
const AT_ONCE = 1 << 20;

/** Creates a file that must not be there yet. `path` is what it is called in the release. With a thread, that hashes it. */
export function openSink(target: string, path: string, thread?: HashThread): ReleaseSink {
  const descriptor = openSync(target, 'wx', 0o644);
  const hash = thread?.begin(target) ?? hashHere();
  let size = 0;
  let begun = 0;
  let synced = 0;
  let isOpen = true;
  const shut = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const append = (octets: Uint8Array): void => {
    try {
      for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
    } catch (error) {
      shut();
      throw diskError(error, `write ${path}`);
    }
    hash.update(octets);
    size += octets.length;
    if (size - begun < AHEAD) return;
    begun = size;
    bringToDisk(target);
  };
  return {
    write(piece) {
      const octets = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
      for (let at = 0; at < octets.length; at += AT_ONCE) append(octets.subarray(at, at + AT_ONCE));
    },
    async settle() {
      if (begun === 0) return;
      try {
        await Promise.all([hash.settle(), syncFile(descriptor)]);
        synced = size;
      } catch (error) {
        throw diskError(error, `write ${path}`);
      }
    },
    end() {
      try {
        // A descriptor is told of every fault since it was opened, whoever else was told of it.
        if (begun > 0 && synced < size) fsyncSync(descriptor);
      } catch (error) {
        throw diskError(error, `write ${path}`);
      } finally {
        shut();
      }
      return { path, sha256: hash.digest(), size };
    },
    abort() {
      hash.abort();
      shut();
    },
  };
}

/** Begins to bring to the disk what a file has so far. Nobody waits for it: what comes at the end finds less to do. */
function bringToDisk(file: string): void {
  open(file, 'r', (error, descriptor) => {
    if (error === null) fdatasync(descriptor, () => close(descriptor, () => undefined));
  });
}
