import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { ReleaseFile } from '../manifest.ts';
import { diskError } from './error.ts';

/** A file of a release that is being written. */
export interface ReleaseSink {
  /** Appends octets, or a text whose characters are octets, as master files are. */
  write(piece: string | Uint8Array): void;
  /** Closes the file and gives what the manifest says about it. */
  end(): ReleaseFile;
  /** Closes the file without finishing it. */
  abort(): void;
}

/** Creates a file that must not be there yet. `path` is what it is called in the release. */
export function openSink(target: string, path: string): ReleaseSink {
  const descriptor = openSync(target, 'wx', 0o644);
  const hash = createHash('sha256');
  let size = 0;
  let open = true;
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write(piece) {
      const octets = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
      hash.update(octets);
      size += octets.length;
      try {
        for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
      } catch (error) {
        close();
        throw diskError(error, `write ${path}`);
      }
    },
    end() {
      close();
      return { path, sha256: hash.digest('hex'), size };
    },
    abort: close,
  };
}
