import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Texts of this length are put together and written quickly; longer ones outlive the memory that is cleared often. */
const CHUNK = 1 << 16;

/**
 * Replaces a file as a whole: what is read under its name is either the old content or all of the new one, also after a
 * power cut. `pieces` may be long: they are never held together. Throws what the file system throws, and leaves the old file.
 */
export function replaceFile(path: string, content: Buffer | Iterable<string>): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const descriptor = openSync(temporary, 'w', existsSync(path) ? statSync(path).mode & 0o777 : 0o644);
  let open = true;
  try {
    if (Buffer.isBuffer(content)) writeAll(descriptor, content);
    else writePieces(descriptor, content);
    fsyncSync(descriptor);
    closeSync(descriptor);
    open = false;
    renameSync(temporary, path);
  } catch (error) {
    if (open) closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writePieces(descriptor: number, pieces: Iterable<string>): void {
  let pending = '';
  for (const piece of pieces) {
    pending += piece;
    if (pending.length < CHUNK) continue;
    writeAll(descriptor, Buffer.from(pending));
    pending = '';
  }
  writeAll(descriptor, Buffer.from(pending));
}

/** A disk that is nearly full takes a part of what it is given, and only refuses the rest. */
function writeAll(descriptor: number, octets: Buffer): void {
  for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
}
