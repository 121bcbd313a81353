import { linkSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from './durable.ts';
import { GitError } from './error.ts';

/** A file that is to become the file of a reference. */
export interface StagedFile {
  /** Where we keep such files. */
  readonly folder: string;
  readonly path: string;
  /** The commit that it names. */
  readonly content: string;
  /** Whether it is on the disk. */
  readonly durable: boolean;
}

/** How long another git may hold the branch before a move is given up. */
const LOCK_PATIENCE = 5000;
/** A lock of our own is held for a moment; one that is older was left by a process that was killed. */
const STALE_LOCK = 10_000;
/** A staged file is wanted for so long, also of a process that cannot be seen from here; of one that runs, for an hour. */
const STALE_FILE = 1000;
const STALE_RUNNING = 3_600_000;

/**
 * Takes git's lock of a reference by a link to the staged file; gives the lock's path.
 *
 * @throws GitError `again` where somebody else keeps it.
 */
export async function lockReference(gitFolder: string, ref: string, staged: StagedFile): Promise<string> {
  const lock = join(gitFolder, `${ref}.lock`);
  const until = Date.now() + LOCK_PATIENCE;
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    try {
      linkSync(staged.path, lock);
      return lock;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') {
        // git removes folders of branches that became empty.
        await makeFolderOf(lock, ref);
      } else if (code === 'ENOTDIR') {
        throw inAFile(ref);
      } else if (code !== 'EEXIST') {
        throw error;
      } else if (removeLeftLock(staged.folder, lock)) {
        continue;
      }
    }
    if (Date.now() > until) {
      throw new GitError(
        'again',
        `another git keeps ${ref} locked`,
        `send the change again; if no git is at work there, remove ${lock}`,
      );
    }
    await delay(pause);
  }
}

async function makeFolderOf(lock: string, ref: string): Promise<void> {
  await makeFolder(dirname(lock)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' || error.code === 'ENOTDIR') throw inAFile(ref);
    throw error;
  });
}

function inAFile(ref: string): GitError {
  const other = dirname(ref);
  return new GitError('refused', `${ref} cannot be made because there is ${other}`, 'name the branch otherwise');
}

/** Removes a lock that a killed process of ours left behind, with the file that it is a link to. */
function removeLeftLock(staging: string, lock: string): boolean {
  for (const { path, pid } of stagedFiles(staging)) {
    if (!sameFile(path, lock)) continue;
    const age = ageOf(path);
    if (age === undefined || (isRunning(pid) && age < STALE_LOCK)) return false;
    unlinkIfSame(lock, path);
    unlinkIfSame(path, path);
    return true;
  }
  return false;
}

/**
 * Removes what killed processes of ours left behind. The locks that are links to it stay for whoever meets them; what has
 * become the branch's file meanwhile is left to that one name.
 */
export function sweepStaging(staging: string, branch: string): void {
  for (const { path, pid } of stagedFiles(staging)) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) continue;
    if (status.nlink !== 1 && !(status.nlink === 2 && sameFile(path, branch))) continue;
    if (Date.now() - status.mtimeMs > (isRunning(pid) ? STALE_RUNNING : STALE_FILE)) unlinkIfSame(path, path);
  }
}

function stagedFiles(staging: string): { readonly path: string; readonly pid: number }[] {
  let names: string[];
  try {
    names = readdirSync(staging);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const pid = /^branch-(\d+)-/.exec(name)?.[1];
    return pid === undefined ? [] : [{ path: join(staging, name), pid: Number(pid) }];
  });
}

function ageOf(path: string): number | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? undefined : Date.now() - status.mtimeMs;
}

/** Whether a process of this machine runs, as far as can be seen from here. */
export function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Removes a name, if it is a link to that file. */
export function unlinkIfSame(name: string, file: string): void {
  try {
    if (sameFile(name, file)) unlinkSync(name);
  } catch {
    // It has gone meanwhile.
  }
}

/** Whether two names are links to one file. */
export function sameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}
