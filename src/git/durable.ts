import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GitError } from './error.ts';

/** Makes what a folder lists outlive a crash: names that were made or moved are lost otherwise, though their files are not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a new file and waits until the disk has it. Its name still needs {@link syncFolder}. Fails where it exists. */
export async function writeDurably(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
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
