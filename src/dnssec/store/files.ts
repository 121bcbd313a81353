import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeDurable } from '../../state/files/durable.ts';
import { guarded, KeyStoreError } from './error.ts';

/** Longer files are none of a key store. */
const MAX_FILE = 1 << 20;

/** A text with the rights that its file gives. */
export interface StoredText {
  readonly text: string;
  readonly mode: number;
}

/** Reads a file, no symbolic link; `undefined` where there is none. */
export function readStored(path: string): StoredText | undefined {
  return guarded(`read ${path}`, () => {
    let descriptor: number;
    try {
      descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const { size, mode } = fstatSync(descriptor);
      const octets = Buffer.alloc(Math.min(size, MAX_FILE) + 1);
      if ((mode & constants.S_IFMT) !== constants.S_IFREG || readSync(descriptor, octets) !== size) {
        throw new KeyStoreError(
          'refused',
          `${path} is no file of a key store`,
          'bring back what was there, or remove it',
        );
      }
      return { text: octets.toString('utf8', 0, size), mode: mode & 0o777 };
    } finally {
      closeSync(descriptor);
    }
  });
}

/** A file that is to be stored. `path` is within the folder of the store. */
export interface ToStore {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Puts files into their places, each as a whole: they survive a power cut from when this returns. */
export function writeStored(folder: string, files: readonly ToStore[]): void {
  const drafts: string[] = [];
  try {
    for (const { path, text, mode } of files) {
      const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
      drafts.push(draft);
      guarded(`write ${join(folder, path)}`, () => writeFileSync(join(folder, draft), text, { flag: 'wx', mode }));
    }
    guarded(`write to ${folder}`, () => {
      makeDurable(folder, drafts);
      for (const [i, { path }] of files.entries()) renameSync(join(folder, drafts[i] as string), join(folder, path));
      makeDurable(folder, [...new Set(files.map(({ path }) => dirname(path)))]);
    });
  } finally {
    for (const draft of drafts) rmSync(join(folder, draft), { force: true });
  }
}

/** Whether a folder is there; a symbolic link, or a file, in its place is an error. */
export function isFolder(path: string): boolean {
  return guarded(`read ${path}`, () => {
    let found: ReturnType<typeof lstatSync>;
    try {
      found = lstatSync(path, { throwIfNoEntry: false });
    } catch (error) {
      // Below a file there is nothing.
      if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
      throw error;
    }
    if (found === undefined || found.isDirectory()) return found !== undefined;
    throw new KeyStoreError(
      'refused',
      `${path} is no folder`,
      'put the folder itself in the place of the link or file',
    );
  });
}
