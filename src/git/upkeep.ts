import { consolidate } from './consolidate.ts';
import type { ObjectFormat } from './object.ts';
import { lowerPriority, runGit } from './run.ts';

/** Keeps a repository fast while it is written to, beside the writing. */
export interface Upkeep {
  /** Says that a pack was written. */
  written(): void;
  /** Waits for what is going on; nothing begins afterwards. */
  close(): Promise<void>;
}

/** So many packs are written before the next look at all of them. */
const PACKS = 32;
/** So many packs are written before git's table of commits is brought up to date. */
const COMMITS = 1000;
/** Milliseconds for that. */
const PATIENCE = 600_000;
/** Milliseconds between two looks in any case: pushes write packs too. */
const REGULARLY = 600_000;

/**
 * Opens the upkeep of a repository: packs are put together, and git's commit graph with its filters of changed paths, with
 * which the history of one file is found among a hundred thousand commits, is written anew now and then. Neither is needed
 * for anything to be right; a fault is told to `failed` and tried again later.
 */
export function openUpkeep(
  gitFolder: string,
  format: ObjectFormat,
  { replaced, failed }: { readonly replaced: () => void; readonly failed: (error: unknown) => void },
): Upkeep {
  let packs = 0;
  let commits = COMMITS;
  let gone = 0;
  let work: Promise<void> | undefined;
  let closed = false;

  const run = async (): Promise<void> => {
    gone += await consolidate(gitFolder, format);
    if (commits >= COMMITS && !closed) {
      commits = 0;
      await writeCommitGraph(gitFolder);
    }
    // git looks for packs anew by itself; what it holds open of those that are gone takes room on the disk.
    if (gone >= COMMITS) {
      gone = 0;
      replaced();
    }
  };
  const begin = (): void => {
    if (work !== undefined || closed) return;
    packs = 0;
    work = run()
      .catch(failed)
      .finally(() => {
        work = undefined;
      });
  };
  const timer = setInterval(begin, REGULARLY);
  timer.unref();
  return {
    written() {
      packs++;
      commits++;
      if (packs >= PACKS) begin();
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await work;
    },
  };
}

/** Writes what is new of git's commit graph. */
export async function writeCommitGraph(gitFolder: string): Promise<void> {
  const args = ['commit-graph', 'write', '--reachable', '--changed-paths', '--split', '--no-progress'];
  await runGit(gitFolder, ['-c', 'core.fsync=all', ...args], undefined, { timeout: PATIENCE, started: lowerPriority });
}
