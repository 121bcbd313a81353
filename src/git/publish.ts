import { setTimeout as delay } from 'node:timers/promises';
import type { Branch } from './branch.ts';
import { dropMove, holds, moveBranch, readBranch, stageMove } from './branch.ts';
import type { StagedFile } from './branch-lock.ts';
import { GitError } from './error.ts';
import type { Journal } from './journal.ts';
import type { NewObject, ObjectFormat } from './object.ts';
import { encodePack, type Pack } from './pack.ts';
import type { UnseenPack } from './pack-file.ts';
import { newPackName, putPack, writePack, writePackAtOnce } from './pack-file.ts';
import type { Remote } from './remote.ts';
import { fetchAll, fetchBranch, pushCommit } from './remote.ts';
import type { Repository } from './repository.ts';

/** How a batch fared. `lost`: the branch is no longer where the batch was built on. */
export type Published =
  | { readonly kind: 'published' | 'lost' }
  | { readonly kind: 'refused'; readonly message: string };

/** The place where commits count. */
export interface Publisher {
  /** Writes the objects down and moves the branch from one commit to the other, or leaves it. */
  publish(objects: readonly NewObject[], from: string | undefined, to: string): Promise<Published>;
  /** Takes over what the place is at. Before each further attempt of a batch that has lost so many. */
  catchUp(lost?: number): Promise<void>;
}

/** Commits count once they are in the repository itself, or in its journal and in the repository. */
export function localPublisher(branch: Branch, format: ObjectFormat, journal: Journal | undefined): Publisher {
  return {
    async publish(objects, from, to) {
      const pack = encodePack(objects, format);
      const name = newPackName();
      const durable = journal?.append({ ref: branch.ref, to, name, ...pack });
      return journal === undefined || durable === undefined
        ? publishDurably(branch, pack, from, to)
        : publishWith(journal, durable, branch, { ...pack, name }, from, to);
    },
    catchUp: async () => undefined,
  };
}

async function publishDurably(branch: Branch, pack: Pack, from: string | undefined, to: string): Promise<Published> {
  // The branch's new file reaches the disk with the pack; only its name has to come afterwards.
  const [written, staged] = await Promise.allSettled([putPack(branch.gitFolder, pack), stageMove(branch, to)]);
  if (staged.status === 'rejected') throw staged.reason;
  if (written.status === 'rejected') {
    dropMove(staged.value);
    throw written.reason;
  }
  return { kind: (await moveBranch(branch, from, staged.value)) === 'moved' ? 'published' : 'lost' };
}

/** Publishes what a journal is bringing to the disk: nothing of it is seen at the branch before it is there. */
async function publishWith(
  journal: Journal,
  durable: Promise<void>,
  branch: Branch,
  pack: Pack & { readonly name: string },
  from: string | undefined,
  to: string,
): Promise<Published> {
  let moved: 'moved' | 'lost' = 'lost';
  try {
    const [journalled, staged] = await Promise.allSettled([durable, writeAndStage(branch, pack, to)]);
    if (staged.status === 'rejected') throw staged.reason;
    const { unseen, move } = staged.value;
    if (journalled.status === 'rejected') {
      unseen.drop();
      dropMove(move);
      throw journalled.reason;
    }
    unseen.show();
    moved = await moveBranch(branch, from, move);
  } finally {
    await journal.end(pack.name, moved === 'moved');
  }
  return { kind: moved === 'moved' ? 'published' : 'lost' };
}

async function writeAndStage(
  branch: Branch,
  pack: Pack & { readonly name: string },
  to: string,
): Promise<{ readonly unseen: UnseenPack; readonly move: StagedFile }> {
  const unseen = writePackAtOnce(branch.gitFolder, pack.name, pack);
  try {
    return { unseen, move: await stageMove(branch, to, false) };
  } catch (error) {
    unseen.drop();
    throw error;
  }
}

/** How often the branch on this disk is put where the remote's is. */
const FOLLOWED = 10;

/** Commits count once a remote has taken them; the branch in the repository follows the remote's. */
export function remotePublisher(
  repository: Repository,
  branch: Branch,
  format: ObjectFormat,
  remote: Remote,
): Publisher {
  const follow = async (to: string): Promise<void> => {
    for (let i = 0; i < FOLLOWED; i++) {
      const at = await readBranch(branch);
      if (at === to || (await moveBranch(branch, at, to)) === 'moved') return;
    }
  };
  const fetch = async (patient: boolean): Promise<void> => {
    const known = await readBranch(branch);
    const there = await (patient && known === undefined ? fetchAll : fetchBranch)(repository, remote);
    if (there !== undefined) await follow(there);
    else if (known !== undefined) {
      throw new GitError(
        'refused',
        `the remote has no branch ${remote.branch} any more`,
        `if it shall have it again, run: git -C ${branch.gitFolder} push ${remote.url} ${remote.branch}`,
      );
    }
  };
  return {
    async publish(objects, from, to) {
      await writePack(branch.gitFolder, objects, format);
      const answer = await pushCommit(repository, remote, to, from).catch(async (error: unknown) => {
        if (!(error instanceof GitError)) throw error;
        return wasTaken(error, to);
      });
      if (answer.kind === 'moved') return { kind: 'lost' };
      if (answer.kind === 'refused') return answer;
      if ((await moveBranch(branch, from, to)) === 'lost') await follow(to);
      return { kind: 'published' };
    },
    async catchUp(lost = 0) {
      // The pause keeps servers that write to the same branch apart. It comes before the fetch: what is fetched must still
      // be the head when the push arrives.
      if (lost > 1) await delay(10 * 2 ** Math.min(lost, 5) * Math.random());
      await fetch(lost === 0);
    },
  };

  /** After a push without an answer: the remote may have taken it all the same. */
  async function wasTaken(error: GitError, to: string): Promise<{ readonly kind: 'accepted' }> {
    try {
      await fetch(false);
    } catch {
      throw new GitError(
        'unavailable',
        `it is not known whether the remote took the commit: ${error.message}`,
        `${error.fix}, and look whether the change is there before it is sent again`,
      );
    }
    if (await holds(branch, to)) return { kind: 'accepted' };
    throw new GitError('again', error.message, 'send the change again');
  }
}
