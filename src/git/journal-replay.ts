import { readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Branch } from './branch.ts';
import { moveBranch, STAGING } from './branch.ts';
import { isRunning } from './branch-lock.ts';
import { syncFolder, syncTree, writeDurably } from './durable.ts';
import { GitError } from './error.ts';
import { JOURNAL_NAME, ownJournals } from './journal.ts';
import type { JournalEntry, ReadJournal } from './journal-file.ts';
import { currentBoot, readJournal } from './journal-file.ts';
import { newPackName, removeQuietly } from './pack-file.ts';
import { readReference } from './reference.ts';
import { runGit } from './run.ts';

/**
 * Finishes what processes that are gone have written into journals of a repository. After a power cut, packs are written anew
 * and the branch goes on to the last commit that was acknowledged. Where only the process has ended, everything is in its
 * place already and has to reach the disk: a branch that somebody has set back since stays there.
 *
 * @param boot - which start of the machine this is
 */
export async function replayJournals(branch: Branch, boot: string | undefined = currentBoot()): Promise<void> {
  const { gitFolder } = branch;
  const left = leftJournals(join(gitFolder, STAGING), boot);
  if (left.length === 0) return;
  const lost = left.flatMap((journal) => (boot !== undefined && journal.boot === boot ? [] : journal.entries));
  const packs = join(gitFolder, 'objects', 'pack');
  for (const entry of lost) await restore(packs, entry);
  const named = left.flatMap(({ entries }) => entries.flatMap(({ name }) => [`pack-${name}.pack`, `pack-${name}.idx`]));
  if (named.length > 0) await syncTree(packs, named);
  if (lost.length > 0)
    await goOn(
      branch,
      lost.filter(({ ref, annulled }) => ref === branch.ref && !annulled).map(({ to }) => to),
    );
  await syncTree(join(gitFolder, 'refs'));
  for (const { path } of left) removeQuietly(path);
  await syncFolder(join(gitFolder, STAGING));
}

type LeftJournal = ReadJournal & { readonly path: string };

/**
 * The journals whose processes are gone. One of another start of the machine has none, whoever goes by the number of its
 * process now: after a power cut the same numbers are given out again.
 */
function leftJournals(folder: string, boot: string | undefined): LeftJournal[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const pid = JOURNAL_NAME.exec(name)?.[1];
    const path = join(folder, name);
    if (pid === undefined || ownJournals.has(path)) return [];
    const journal = readIfThere(path);
    if (journal === undefined) return [];
    const isOfNow = journal.boot === undefined || boot === undefined || journal.boot === boot;
    return isOfNow && Number(pid) !== process.pid && isRunning(Number(pid)) ? [] : [{ ...journal, path }];
  });
}

/** A journal; `undefined` where its process has just removed it. */
function readIfThere(path: string): ReadJournal | undefined {
  try {
    return readJournal(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a pack as it was, unless it is there to the octet. The index comes last: git sees the pack by it. */
async function restore(packs: string, { name, pack, index }: JournalEntry): Promise<void> {
  for (const [ending, content] of [
    ['pack', pack],
    ['idx', index],
  ] as const) {
    const path = join(packs, `pack-${name}.${ending}`);
    if (isSame(path, content)) continue;
    const made = join(packs, `tmp_${ending}_${newPackName()}`);
    await writeDurably(made, content, 0o444);
    renameSync(made, path);
  }
}

function isSame(path: string, content: Buffer): boolean {
  try {
    return readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

/** Moves the branch to the newest of commits that go on from where it is. */
async function goOn(branch: Branch, commits: readonly string[]): Promise<void> {
  const at = headOrNone(branch);
  for (const commit of [...(await newest(branch, commits)), ...[...commits].reverse()]) {
    if (commit === at || !(await goesOnFrom(branch, at, commit))) continue;
    if ((await moveBranch(branch, at, commit)) === 'moved') return;
  }
}

/** Where the branch is. A file that holds no commit was being written when the power went, and is removed. */
function headOrNone({ gitFolder, ref }: Branch): string | undefined {
  try {
    return readReference(gitFolder, ref);
  } catch (error) {
    if (!(error instanceof GitError) || error.kind !== 'unavailable') throw error;
    unlinkSync(join(gitFolder, ref));
    return readReference(gitFolder, ref);
  }
}

/** Those of commits that no other one holds. */
async function newest({ gitFolder }: Branch, commits: readonly string[]): Promise<string[]> {
  const { status, stdout } = await runGit(gitFolder, ['merge-base', '--independent', ...commits]);
  return status === 0 ? stdout.toString('latin1').trim().split('\n') : [];
}

/** Whether a commit is there with everything that it needs, and holds another one. */
async function goesOnFrom({ gitFolder }: Branch, at: string | undefined, commit: string): Promise<boolean> {
  const holds = at === undefined ? 0 : (await runGit(gitFolder, ['merge-base', '--is-ancestor', at, commit])).status;
  if (holds !== 0) return false;
  const args = ['rev-list', '--objects', '--quiet', commit, ...(at === undefined ? [] : ['--not', at]), '--'];
  return (await runGit(gitFolder, args)).status === 0;
}
