import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder, syncFolder, writeDurably } from './durable.ts';
import { GitError, gitFailed } from './error.ts';
import { isBranchName } from './name.ts';
import type { Repository } from './repository.ts';
import { askGit, runGit } from './run.ts';

/** A branch of a repository on this disk, as something that can be moved. */
export interface Branch {
  /** The folder that all working trees of the repository share: `.git`, or the bare repository itself. */
  readonly gitFolder: string;
  /** `refs/heads/NAME`. */
  readonly ref: string;
}

/** How long another git may hold the branch before a move is given up. */
const LOCK_PATIENCE = 5000;
/** A lock of our own is held for a moment; one that is older was left by a process that was killed. */
const STALE_LOCK = 10_000;

/** Where we keep what becomes a branch's file; git does not look into it. */
const STAGING = 'zonewright';

/**
 * Finds the file of a branch. Only the plain files that git keeps references in by default are understood.
 *
 * @throws GitError where the name is no branch's or the repository keeps its references in another way.
 */
export async function openBranch(repository: Repository, name: string): Promise<Branch> {
  if (!isBranchName(name)) {
    throw new GitError('refused', `${JSON.stringify(name)} is no name of a branch`, 'name a branch such as main');
  }
  const asked = await askGit(repository.folder, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const gitFolder = asked.toString('utf8').replace(/\n$/, '');
  const storage = await runGit(repository.folder, ['config', '--get', 'extensions.refstorage']);
  if (storage.status === 0 && storage.stdout.toString('latin1').trim() !== 'files') {
    throw new GitError(
      'refused',
      'the repository keeps its references in a table that zonewright does not write',
      'run: git refs migrate --ref-format=files',
    );
  }
  return { gitFolder, ref: `refs/heads/${name}` };
}

/**
 * The commit that a branch is at; `undefined` where it does not exist yet.
 *
 * @throws GitError where the branch is a name for another one or git fails.
 */
export async function readBranch({ gitFolder, ref }: Branch): Promise<string | undefined> {
  const text = await readFile(join(gitFolder, ref), 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
    throw error;
  });
  const id = text?.trimEnd();
  if (id !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id;
  if (id?.startsWith('ref:')) {
    throw new GitError('refused', `${ref} is only another name for ${id.slice(4).trim()}`, 'name that branch instead');
  }
  // It may be among the packed references, or nowhere.
  const args = ['show-ref', '--verify', '--hash', ref];
  const answer = await runGit(gitFolder, args);
  if (answer.status === 0) return answer.stdout.toString('latin1').trim();
  if (/not a valid ref/.test(answer.stderr)) return undefined;
  throw gitFailed(args, answer.stderr);
}

/**
 * Moves a branch from one commit to another that is in the repository, durably; `lost` where it is no longer at `from`
 * (`undefined`: did not exist), and then nothing has changed.
 *
 * It takes git's own lock, `REF.lock`, so that pushes and other commands wait for it and it for them. The lock is made by a
 * link to a file that is on the disk already: it is never there half-written, is held for a moment only, and one that a
 * killed process left can be told from the lock of a git at work by the second link.
 *
 * @throws GitError `again` where somebody else keeps the branch locked.
 */
export async function moveBranch(branch: Branch, from: string | undefined, to: string): Promise<'moved' | 'lost'> {
  const { gitFolder, ref } = branch;
  const file = join(gitFolder, ref);
  const lock = `${file}.lock`;
  const staging = join(gitFolder, STAGING);
  const staged = join(staging, `branch-${process.pid}-${randomBytes(8).toString('hex')}`);
  await makeFolder(staging);
  await writeDurably(staged, `${to}\n`, 0o666);
  try {
    await makeFolder(dirname(file));
    await takeLock(branch, staged, lock);
    try {
      if ((await readBranch(branch)) !== from) {
        await unlink(lock);
        return 'lost';
      }
      await rename(lock, file);
    } catch (error) {
      await unlinkOurs(lock, staged);
      throw error;
    }
    await syncFolder(dirname(file));
    // Where the file is not ours any more, somebody has moved the branch on, or took our lock for a left one.
    return (await sameFile(file, staged)) || (await holds(branch, to)) ? 'moved' : 'lost';
  } finally {
    await unlink(staged).catch(() => undefined);
  }
}

/** Whether a commit is part of a branch. */
export async function holds(branch: Branch, commit: string): Promise<boolean> {
  const head = await readBranch(branch);
  if (head === undefined || head === commit) return head === commit;
  const answer = await runGit(branch.gitFolder, ['merge-base', '--is-ancestor', commit, head]);
  return answer.status === 0;
}

async function takeLock({ gitFolder, ref }: Branch, staged: string, lock: string): Promise<void> {
  const until = Date.now() + LOCK_PATIENCE;
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    try {
      await link(staged, lock);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') {
        // git removes folders of branches that became empty.
        await makeFolder(dirname(lock));
      } else if (code !== 'EEXIST') {
        throw error;
      } else if (await removeLeftLock(join(gitFolder, STAGING), lock)) {
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

/** Removes a lock that a killed process of ours left behind, with the file that it is a link to. */
async function removeLeftLock(staging: string, lock: string): Promise<boolean> {
  for (const name of await readdir(staging)) {
    const pid = /^branch-(\d+)-/.exec(name)?.[1];
    const path = join(staging, name);
    if (pid === undefined || !(await sameFile(path, lock))) continue;
    const made = await stat(path).catch(() => undefined);
    if (made === undefined || (isRunning(Number(pid)) && Date.now() - made.mtimeMs < STALE_LOCK)) return false;
    await unlink(lock).catch(() => undefined);
    await unlink(path).catch(() => undefined);
    return true;
  }
  return false;
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function unlinkOurs(lock: string, staged: string): Promise<void> {
  if (await sameFile(lock, staged)) await unlink(lock).catch(() => undefined);
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}
