import type { Commit, Repository } from './repository.ts';
import { askGit } from './run.ts';

/** A file of a commit's tree. */
export interface TreeEntry {
  /** From the repository's folder (not from the top of the repository), with `/`. */
  readonly path: string;
  /** `link` is a symbolic link, whose blob is its target; `other` a submodule. */
  readonly kind: 'file' | 'link' | 'other';
  /** The id of its blob. */
  readonly blob: string;
}

/** How one path differs between two trees. `undefined` on a side: it is not there. */
export interface TreeChange {
  readonly path: string;
  readonly before: Omit<TreeEntry, 'path'> | undefined;
  readonly after: Omit<TreeEntry, 'path'> | undefined;
}

/**
 * The files of a commit at or below the paths, in git's order. Paths are relative to the repository's folder; one that the
 * commit does not have gives nothing.
 */
export async function listTree(repository: Repository, commit: Commit, paths: readonly string[]): Promise<TreeEntry[]> {
  const { folder, prefix } = repository;
  const specs = paths.map((path) => prefix + path);
  const listing = await askGit(folder, ['ls-tree', '-r', '-z', '--full-tree', commit.id, '--', ...specs]);
  const entries: TreeEntry[] = [];
  // An entry is `100644 blob ID<tab>PATH`.
  for (const line of listing.toString('utf8').split('\0')) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    const blobAt = line.indexOf(' ', 7) + 1;
    entries.push({
      path: line.slice(tab + 1 + prefix.length),
      kind: kindOfMode(line.slice(0, 6)),
      blob: line.slice(blobAt, tab),
    });
  }
  return entries;
}

/** One entry of git's raw diff format: `:100644 100644 ID ID M` and the path from the top of the repository. */
export function readChange(header: string, path: string, prefix: string): TreeChange {
  const [modeBefore, modeAfter, before, after] = header.slice(1).split(' ') as [string, string, string, string];
  return {
    path: path.slice(prefix.length),
    before: /^0+$/.test(before) ? undefined : { kind: kindOfMode(modeBefore), blob: before },
    after: /^0+$/.test(after) ? undefined : { kind: kindOfMode(modeAfter), blob: after },
  };
}

function kindOfMode(mode: string): TreeEntry['kind'] {
  return mode.startsWith('100') ? 'file' : mode === '120000' ? 'link' : 'other';
}
