import { readdir, realpath, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder, syncTree, writeDurably } from './durable.ts';
import { GitError } from './error.ts';
import { isBranchName } from './name.ts';
import type { Repository } from './repository.ts';
import { openRepository } from './repository.ts';
import { askGit, runGit } from './run.ts';

/**
 * What a repository that people push to is set to, where it says nothing itself. Pushes must be on the disk when git says
 * so, must be sound, and must never take away what was deployed. Packs are maintained here, not by every push.
 */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.fsync', 'all'],
  ['transfer.fsckObjects', 'true'],
  ['transfer.unpackLimit', '1'],
  ['receive.denyNonFastForwards', 'true'],
  ['receive.denyDeleteCurrent', 'refuse'],
  ['receive.autogc', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

/** Is there while the repository is being made: a process that was killed then is followed by one that goes on. */
const UNFINISHED = 'zonewright-unfinished';

/**
 * Opens the bare repository of a folder, and makes it first where the folder is empty or not there. Its settings are made
 * safe for pushes where it has none of its own. Everything is on the disk at the end.
 *
 * @throws GitError where the folder holds something else than a bare repository.
 */
export async function initRepository(folder: string, { branch }: { readonly branch: string }): Promise<Repository> {
  if (!isBranchName(branch)) {
    throw new GitError('refused', `${JSON.stringify(branch)} is no name of a branch`, 'name a branch such as main');
  }
  const contents = await listFolder(folder);
  if (contents === undefined) await makeFolder(folder);
  const names = new Set(contents);
  names.delete('lost+found');
  if (names.size === 0 || names.has(UNFINISHED)) await make(folder, branch, names.has(UNFINISHED));
  const repository = await openBare(folder, names);
  await setUp(repository, branch);
  return repository;
}

async function listFolder(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new GitError('refused', `${folder} is a file`, 'name a folder for the repository');
    throw new GitError(
      'refused',
      `the folder ${folder} cannot be read: ${code}`,
      'give this user the right to read it',
    );
  }
}

async function make(folder: string, branch: string, again: boolean): Promise<void> {
  const mark = join(folder, UNFINISHED);
  if (!again) {
    await writeDurably(mark, 'This repository is being made.\n', 0o644);
    await syncFolder(folder);
  }
  // Without a template: the sample hooks are of no use, and a template of the machine's could bring real ones.
  const init = ['init', '--quiet', '--bare', '--template=', '--object-format=sha1', `--initial-branch=${branch}`];
  await askGit(folder, ['-c', 'init.defaultRefFormat=files', ...init, '--', await realpath(folder)]);
  await makeFolder(join(folder, 'hooks'));
  await syncTree(folder);
  await unlink(mark);
  await syncFolder(folder);
}

async function openBare(folder: string, names: ReadonlySet<string>): Promise<Repository> {
  const fix = 'name an empty folder, one that does not exist yet, or a bare repository';
  if (names.has('.git')) {
    throw new GitError(
      'refused',
      `${folder} is a repository with a working tree, whose files would fall behind its branch`,
      `make a bare one: git clone --bare '${folder}' NEW-FOLDER`,
    );
  }
  const repository = await openRepository(folder);
  // The folder may lie in somebody else's repository.
  if (repository?.bare && repository.prefix === '' && (await isGitFolder(folder))) return repository;
  throw new GitError('refused', `${folder} holds something else than a bare repository`, fix);
}

async function isGitFolder(folder: string): Promise<boolean> {
  const found = (await askGit(folder, ['rev-parse', '--absolute-git-dir'])).toString('utf8').replace(/\n$/, '');
  const [one, other] = await Promise.all([folder, found].map((path) => stat(path)));
  return one?.ino === other?.ino && one?.dev === other?.dev;
}

/** Fills in settings that are missing, and lets HEAD name the branch where it names one that does not exist. */
async function setUp({ folder }: Repository, branch: string): Promise<void> {
  const config = await askGit(folder, ['config', '--local', '--list', '--name-only', '-z']);
  const set = new Set(config.toString('utf8').split('\0'));
  const missing = SETTINGS.filter(([key]) => !set.has(key.toLowerCase()));
  for (const [key, value] of missing) await askGit(folder, ['config', '--local', key, value]);
  const head = await runGit(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  const named = await runGit(folder, ['symbolic-ref', '--quiet', 'HEAD']);
  const turned = head.status !== 0 && named.stdout.toString('utf8').trim() !== `refs/heads/${branch}`;
  if (turned) await askGit(folder, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  if (missing.length > 0 || turned) await syncTree(folder, ['config', 'HEAD']);
}
