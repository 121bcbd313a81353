import { randomBytes } from 'node:crypto';
import { renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockReference, type StagedFile, sameFile, sweepStaging, unlinkIfSame } from './branch-lock.ts';
import { makeFolder, syncFolder, writeAtOnce, writeDurably } from './durable.ts';
import { GitError } from './error.ts';
import { isBranchName } from './name.ts';
import { readReference, referenceInTheWay } from './reference.ts';
import type { Repository } from './repository.ts';
import { askGit, runGit } from './run.ts';

/** A branch of a repository on this disk, as something that can be moved. */
export interface Branch {
  /** The folder that all working trees of the repository share: `.git`, or the bare repository itself. */
  readonly gitFolder: string;
  /** `refs/heads/NAME`. */
  readonly ref: string;
}

/** Where we keep what becomes a branch's file, and journals; git does not look into it. */
export const STAGING = 'zonewright';

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
  const ref = `refs/heads/${name}`;
  sweepStaging(join(gitFolder, STAGING), join(gitFolder, ref));
  return { gitFolder, ref };
}

/**
 * The commit that a branch is at; `undefined` where it does not exist yet.
 *
 * @throws GitError where the branch is a name for another one.
 */
export async function readBranch({ gitFolder, ref }: Branch): Promise<string | undefined> {
  return readReference(gitFolder, ref);
}

/**
 * Writes down, durably, where a branch is to be moved. It costs no more than a moment of the disk's time until it is. Without
 * `durable` nobody waits for the disk, neither here nor where it is moved.
 */
export async function stageMove({ gitFolder }: Branch, to: string, durable = true): Promise<StagedFile> {
  const folder = join(gitFolder, STAGING);
  const path = join(folder, `branch-${process.pid}-${randomBytes(8).toString('hex')}`);
  const write = async () => (durable ? writeDurably : writeAtOnce)(path, `${to}\n`, 0o666);
  await write().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await makeFolder(folder);
    await write();
  });
  return { folder, path, content: to, durable };
}

/** Takes back a move that is not made. */
export function dropMove({ path }: StagedFile): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody took it for one that a killed process left.
  }
}

/**
 * Moves a branch from one commit to another that is in the repository, as durably as it was staged; `lost` where it is no longer
 * at `from` (`undefined`: did not exist), and then nothing has changed.
 *
 * It takes git's own lock, `REF.lock`, so that pushes and other commands wait for it and it for them. The lock is made by a
 * link to a file that is on the disk already: it is never there half-written, is held for a moment only, and one that a
 * killed process left can be told from the lock of a git at work by the second link.
 *
 * @throws GitError `again` where somebody else keeps the branch locked, `refused` where another branch is in its way.
 */
export async function moveBranch(
  branch: Branch,
  from: string | undefined,
  to: string | StagedFile,
): Promise<'moved' | 'lost'> {
  const staged = typeof to === 'string' ? await stageMove(branch, to) : to;
  const file = join(branch.gitFolder, branch.ref);
  try {
    const lock = await lockReference(branch.gitFolder, branch.ref, staged);
    // From here to the end of the lock nothing else runs in this process.
    try {
      if (readReference(branch.gitFolder, branch.ref) !== from) {
        unlinkIfSame(lock, staged.path);
        return 'lost';
      }
      if (from === undefined) makeWay(branch, file);
      putInPlace(lock, file);
    } catch (error) {
      unlinkIfSame(lock, staged.path);
      throw error;
    }
    if (staged.durable) await syncFolder(dirname(file));
    // Where the file is not ours any more, somebody has moved the branch on, or took our lock for a left one.
    return sameFile(file, staged.path) || (await holds(branch, staged.content)) ? 'moved' : 'lost';
  } finally {
    dropMove(staged);
  }
}

/** git removes the empty folders of branches that are gone, and keeps no branch in a folder that is one. */
function makeWay({ gitFolder, ref }: Branch, file: string): void {
  const other = referenceInTheWay(gitFolder, ref);
  if (other !== undefined) throw inTheWay(ref, other);
  try {
    rmdirSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw inTheWay(ref, `${ref}/…`);
  }
}

function inTheWay(ref: string, other: string): GitError {
  const fix = 'name the branch otherwise, or delete the other one';
  return new GitError('refused', `${ref} cannot be made because there is ${other}`, fix);
}

function putInPlace(lock: string, file: string): void {
  try {
    renameSync(lock, file);
  } catch (error) {
    // Whoever took our lock for a left one may have put it in place with his own: that is looked at afterwards.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Whether a commit is part of a branch. */
export async function holds(branch: Branch, commit: string): Promise<boolean> {
  const head = await readBranch(branch);
  if (head === undefined || head === commit) return head === commit;
  const answer = await runGit(branch.gitFolder, ['merge-base', '--is-ancestor', commit, head]);
  return answer.status === 0;
}
