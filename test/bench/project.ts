import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Side, ZONEWRIGHT } from './bench.ts';

type Command = Extract<Side, { kind: 'command' }>;

/** A run of the program on the project of a bench, which is in `repo` below its folder. */
export function zonewright(folder: string, args: readonly string[], before?: () => void): Command {
  const argv = [...ZONEWRIGHT, '-C', join(folder, 'repo'), ...args];
  return { kind: 'command', argv, ...(before !== undefined && { before }) };
}

/** A build of that project into `release` beside it. */
export function build(folder: string, before?: () => void): Command {
  return zonewright(folder, ['build', '--out', join(folder, 'release')], before);
}

/**
 * Forgets the release, and all that is remembered; with `cache` not the keys. The release is put aside until the bench ends:
 * where many files were removed a moment ago, ext4 takes several times as long to make new ones.
 */
export function forget(folder: string, what: 'all' | 'cache' = 'all'): void {
  const release = join(folder, 'release');
  if (existsSync(release)) renameSync(release, mkdtempSync(join(folder, 'aside-')));
  rmSync(join(folder, 'repo/.zonewright', what === 'all' ? '' : 'cache'), { recursive: true, force: true });
}

/** Makes the keys of the zones that are to be signed. */
export function generateKeys(folder: string): void {
  const [program, ...args] = zonewright(folder, ['keys', 'generate']).argv as [string, ...string[]];
  execFileSync(program, args, { stdio: 'ignore' });
}
