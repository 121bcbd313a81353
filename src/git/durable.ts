import { closeSync, fdatasync, fsync, openSync, writeFileSync } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GitError } from './error.ts';

/**
 * Only what waits for the disk is left to another thread. Opening, writing into memory and closing take microseconds, and
 * handing each of them over would take a commit longer than the disk does.
 */
const flush = promisify(fsync);
const flushData = promisify(fdatasync);

/** From so many octets on, also the writing is left to another thread. */
const LONG = 1024 * 1024;

/** Makes what a folder lists outlive a crash: names that were made or moved are lost otherwise, though their files are not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = openSync(folder, 'r');
  try {
    await flush(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes a new file and waits until the disk has it. Its name still needs {@link syncFolder}. Fails where it exists. */
export async function writeDurably(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  if (content.length > LONG) {
    const handle = await open(path, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    return;
  }
  const handle = openSync(path, 'wx', mode);
  try {
    writeFileSync(handle, content);
    await flushData(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes a new file without waiting for the disk. Fails where it exists. */
export function writeAtOnce(path: string, content: Uint8Array | string, mode: number): void {
  const handle = openSync(path, 'wx', mode);
  try {
    writeFileSync(handle, content);
  } finally {
    closeSync(handle);
  }
}

/** Makes a folder with those above it and waits until the disk has their names. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}

/** The error for a disk that does not take what is written; anything else stays as it is. */
export function diskFault(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new GitError('unavailable', 'the disk of the repository is full', 'make room, and send the change again');
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new GitError(
        'unavailable',
        `the repository cannot be written: ${code}`,
        'give the user of this program the right to write it',
      );
    case 'EIO':
      return new GitError('unavailable', 'the disk of the repository does not answer', 'look for faults of the disk');
    default:
      return error;
  }
}

/** Makes the disk have a folder that another program filled: every file and folder in it, or only these files. */
export async function syncTree(folder: string, files?: readonly string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (files !== undefined && !files.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFolder(path);
  }
  await syncFolder(folder);
}
