import type { FSWatcher } from 'node:fs';
import { existsSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { openBranch, readBranch } from './branch.ts';
import type { Repository } from './repository.ts';

/** A step that a branch was seen to take; `undefined`: it did not exist before, or was deleted. */
export interface BranchMove {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Listens until it is closed. It does not keep the process alive. */
export interface BranchWatch {
  close(): void;
}

/** Milliseconds between two looks, however often the branch moves. */
const SHORTEST = 20;
/** Looks that are taken without having heard anything: a network's file system tells nothing. */
const SAFETY_NET = 2000;

/**
 * Tells when a branch has moved: by a push, by another process or by this one. Steps that follow fast are told as one, and
 * the next one begins where the last ended, so `from..to` are always all the commits that are new.
 *
 * @throws GitError where the name is no branch's.
 */
export async function onBranchMoved(
  repository: Repository,
  name: string,
  heard: (move: BranchMove) => void,
): Promise<BranchWatch> {
  const branch = await openBranch(repository, name);
  let at = await readBranch(branch);
  let closed = false;
  let looking = false;
  let again = false;
  let watchers: FSWatcher[] = [];

  const look = async (): Promise<void> => {
    if (looking || closed) {
      again = true;
      return;
    }
    looking = true;
    again = false;
    // A branch that cannot be read now is read at the next look.
    const to = await readBranch(branch).catch(() => at);
    if (!closed && to !== at) {
      const move = { from: at, to };
      at = to;
      heard(move);
    }
    setTimeout(() => {
      looking = false;
      if (again) look();
    }, SHORTEST).unref();
  };

  /** The branch's own file, or the folder in which its folders will be, and the packed references that git moves it to. */
  const listen = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = [];
    const { gitFolder, ref } = branch;
    for (const file of [join(gitFolder, ref), join(gitFolder, 'packed-refs')]) {
      const folder = existingFolder(dirname(file));
      try {
        const watcher = watch(folder, { persistent: false }, (_, changed) => {
          if (folder !== dirname(file)) listen();
          else if (changed !== null && !file.endsWith(`/${changed}`)) return;
          look();
        });
        // A folder that goes is left to the safety net.
        watcher.on('error', () => watcher.close());
        watchers.push(watcher);
      } catch {
        // It has gone in this very moment.
      }
    }
  };

  listen();
  look();
  const timer = setInterval(() => {
    listen();
    look();
  }, SAFETY_NET);
  timer.unref();
  return {
    close() {
      closed = true;
      clearInterval(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}
