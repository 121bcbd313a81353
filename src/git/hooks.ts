import { randomBytes } from 'node:crypto';
import { readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder, writeDurably } from './durable.ts';
import { GitError } from './error.ts';
import type { Repository } from './repository.ts';
import { askGit } from './run.ts';

/** The hooks of a push: one that can refuse it, and one that hears of it. Both get `OLD NEW REF` lines on standard input. */
export type HookName = 'pre-receive' | 'post-receive';

/** Tells our hooks from those of other people. */
const MARK = '# Written by zonewright, which writes it anew when it starts.';

/**
 * Makes a bare repository run programs when it is pushed to. A program is given as its arguments; git runs it in the
 * repository, with what it sets for hooks. Hooks that we wrote before are replaced, each at once.
 *
 * @throws GitError where there is a hook that somebody else wrote, or the repository shares its hooks with others.
 */
export async function installHooks(
  repository: Repository,
  hooks: Readonly<Partial<Record<HookName, readonly string[]>>>,
): Promise<void> {
  const folder = await hooksFolder(repository);
  const wanted = Object.entries(hooks) as [HookName, readonly string[]][];
  const found = await Promise.all(wanted.map(([name]) => readHook(join(folder, name))));
  const foreign = wanted.find((_, i) => found[i] !== undefined && !(found[i] as string).includes(MARK));
  if (foreign !== undefined) {
    const [name, argv] = foreign;
    throw new GitError(
      'refused',
      `there is a ${name} hook in ${folder} that zonewright did not write`,
      `move it away, or let it end with: ${printCommand(argv)}`,
    );
  }
  await makeFolder(folder);
  for (const [i, [name, argv]] of wanted.entries()) {
    const text = `#!/bin/sh\n${MARK}\nexec ${printCommand(argv)}\n`;
    if (found[i] !== text) await replaceHook(folder, name, text);
  }
}

/** Where git looks for the repository's hooks, if it is a place of the repository's own. */
async function hooksFolder({ folder }: Repository): Promise<string> {
  const absolute = ['rev-parse', '--path-format=absolute'];
  const ask = async (...args: string[]): Promise<string> =>
    (await askGit(folder, [...absolute, ...args])).toString('utf8').replace(/\n$/, '');
  const [gitFolder, hooks] = await Promise.all([ask('--git-common-dir'), ask('--git-path', 'hooks')]);
  if (hooks === join(gitFolder, 'hooks')) return hooks;
  throw new GitError(
    'refused',
    `git is told by core.hooksPath to look for the hooks of ${folder} in ${hooks}`,
    `let the repository have hooks of its own: git -C '${folder}' config core.hooksPath hooks`,
  );
}

async function readHook(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new GitError('refused', `the hook ${file} cannot be read: ${error.code}`, 'move it away');
  });
}

async function replaceHook(folder: string, name: HookName, text: string): Promise<void> {
  const staged = join(folder, `.${name}-${randomBytes(8).toString('hex')}`);
  try {
    await writeDurably(staged, text, 0o755);
    await rename(staged, join(folder, name));
  } catch (error) {
    await unlink(staged).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** A command for a shell, in which nothing but the words themselves is said. */
function printCommand(argv: readonly string[]): string {
  if (argv.length === 0 || argv.some((word) => word.includes('\0'))) throw new RangeError('a hook needs a program');
  return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
