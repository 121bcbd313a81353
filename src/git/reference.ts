import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, gitFailed } from './error.ts';
import type { Repository } from './repository.ts';
import { runGit } from './run.ts';

/**
 * What a reference of a repository with plain files is at, as git finds it: its own file first, then the packed references.
 * `undefined` where it is in neither. It is read at once, so that whoever holds the lock is done in a moment.
 *
 * @throws GitError where it is only a name for another reference.
 */
export function readReference(gitFolder: string, ref: string): string | undefined {
  const id = readText(join(gitFolder, ref))?.trimEnd();
  if (id !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id;
  if (id?.startsWith('ref:')) {
    throw new GitError('refused', `${ref} is only another name for ${id.slice(4).trim()}`, 'name that branch instead');
  }
  if (id !== undefined) {
    throw new GitError('unavailable', `the repository's file ${ref} holds no commit`, 'run: git fsck');
  }
  return packedReferences(gitFolder).get(ref);
}

/**
 * The reference in whose way another one would be: git keeps none whose name is a folder of another's.
 *
 * @returns undefined where there is none.
 */
export function referenceInTheWay(gitFolder: string, ref: string): string | undefined {
  for (const name of packedReferences(gitFolder).keys()) {
    if (name.startsWith(`${ref}/`) || ref.startsWith(`${name}/`)) return name;
  }
  return undefined;
}

/**
 * Removes a reference that is at this commit; one that is not there, or has moved, stays as it is. `ref` is a whole name.
 *
 * @throws GitError where git fails.
 */
export async function removeReference({ folder }: Repository, ref: string, commit: string): Promise<void> {
  const args = ['update-ref', '-d', ref, commit];
  const answer = await runGit(folder, args);
  if (answer.status === 0 || /but expected|unable to resolve reference|reference is missing/.test(answer.stderr))
    return;
  throw gitFailed(args, answer.stderr);
}

function packedReferences(gitFolder: string): Map<string, string> {
  const packed = new Map<string, string>();
  // Lines are `ID NAME`; others are a header and what tags stand for.
  for (const [, id, name] of readText(join(gitFolder, 'packed-refs'))?.matchAll(/^([0-9a-f]+) (.+)$/gm) ?? []) {
    packed.set(name as string, id as string);
  }
  return packed;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
