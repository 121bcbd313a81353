import type { Readable } from 'node:stream';
import { gitFailed, gitMissing } from './error.ts';
import type { Commit, Repository } from './repository.ts';
import { runGit, startGit } from './run.ts';
import type { TreeChange } from './tree.ts';
import { readChange } from './tree.ts';

/** A commit of a branch's history with what it changed against its first parent. */
export interface HistoryEntry extends Commit {
  /** Only the paths that were asked about; everything is `after` in the commit that history begins with. */
  readonly changes: readonly TreeChange[];
  /** Whether the clone holds no parent of it though it may have one: what it seems to add may be older. */
  readonly cutOff: boolean;
}

/** What a commit's line begins with; the header of a change begins with a colon. */
const MARK = '\x02';

/**
 * The commits that changed something at or below the paths, newest first, along first parents: a merge counts as one step of
 * the branch, so history is the same list on every machine. Commits that `since` (a commit's id) can reach are left out. One
 * git serves the whole walk, and is stopped when the caller stops.
 *
 * @throws GitError where git fails.
 */
export async function* firstParentHistory(
  repository: Repository,
  from: Commit,
  paths: readonly string[],
  since?: string,
): AsyncGenerator<HistoryEntry, void, undefined> {
  const { folder, prefix } = repository;
  const args = [
    'log',
    '--first-parent',
    '-m',
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--no-color',
    '--no-decorate',
    '--no-notes',
    '--no-show-signature',
    `--format=tformat:${MARK}%H %ct %P`,
    from.id,
    ...(since === undefined ? [] : [`^${since}`]),
    '--',
    ...paths,
  ];
  const child = startGit(folder, args);
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', (error) => reject(gitMissing(error)));
    child.on('close', (status) => resolve(status ?? 128));
  });
  // It is looked at only after the output has ended; until then a failure to start must not be an unhandled rejection.
  ended.catch(() => undefined);
  try {
    let entry: { header: string; changes: TreeChange[] } | undefined;
    let change: string | undefined;
    for await (const field of fieldsOf(child.stdout)) {
      if (change !== undefined) {
        entry?.changes.push(readChange(change, field, prefix));
        change = undefined;
      } else if (field.startsWith(MARK)) {
        if (entry !== undefined) yield readEntry(entry.header, entry.changes, repository);
        entry = { header: field.slice(1), changes: [] };
      } else {
        change = field.trimStart();
      }
    }
    const status = await ended;
    if (status !== 0) throw gitFailed(args, stderr);
    if (entry !== undefined) yield readEntry(entry.header, entry.changes, repository);
  } finally {
    child.kill();
  }
}

/** The NUL-ended fields of an output, as they come in. */
async function* fieldsOf(output: Readable): AsyncGenerator<string, void, undefined> {
  output.setEncoding('utf8');
  let open: string[] = [];
  for await (const chunk of output) {
    let start = 0;
    for (let end = (chunk as string).indexOf('\0'); end >= 0; end = (chunk as string).indexOf('\0', start)) {
      open.push((chunk as string).slice(start, end));
      yield open.join('');
      open = [];
      start = end + 1;
    }
    open.push((chunk as string).slice(start));
  }
}

/** `ID TIME PARENTS` and the changes. */
function readEntry(header: string, changes: TreeChange[], repository: Repository): HistoryEntry {
  const [id, time, parent] = header.split(' ') as [string, string, string | undefined];
  return {
    id,
    time: Number(time),
    changes,
    cutOff: repository.shallow && (parent === undefined || parent === ''),
  };
}

/** Whether a commit is on the line of first parents that ends in `from`. */
export async function isOnFirstParents(repository: Repository, from: Commit, id: string): Promise<boolean> {
  if (id === from.id) return true;
  const args = ['rev-list', '--first-parent', '--parents', from.id, `^${id}`, '--'];
  const answer = await runGit(repository.folder, args);
  // A commit that this clone does not have is no part of its history.
  if (answer.status !== 0) return false;
  const oldest = answer.stdout.toString('latin1').trimEnd().split('\n').at(-1);
  return oldest?.split(' ')[1] === id;
}
