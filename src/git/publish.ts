import { setTimeout as delay } from 'node:timers/promises';
import type { Branch } from './branch.ts';
import { dropMove, holds, moveBranch, readBranch, stageMove } from './branch.ts';
import type { StagedFile } from './branch-lock.ts';
import { syncFolder } from './durable.ts';
import { GitError } from './error.ts';
import type { Journal } from './journal.ts';
import type { NewObject, ObjectFormat } from './object.ts';
import { encodePack, type Pack } from './pack.ts';
import type { UnseenPack } from './pack-file.ts';
import { newPackName, putPack, showPack, writePackAtOnce } from './pack-file.ts';
import type { PushAnswer, Remote } from './remote.ts';
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
  /** Takes over what the place is at. */
  catchUp(): Promise<void>;
  /** What the place is at, for another attempt of a batch that has lost so many. The branch here need not be there yet. */
  look(lost: number): Promise<string | undefined>;
  /** Brings the branch here to what was looked at, where nothing is published on top of it. */
  follow(to: string): Promise<void>;
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
    look: () => readBranch(branch),
    follow: async () => undefined,
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
  const headThere = async (patient: boolean): Promise<string | undefined> => {
    const known = await readBranch(branch);
    const there = await (patient && known === undefined ? fetchAll : fetchBranch)(repository, remote);
    if (there === undefined && known !== undefined) {
      throw new GitError(
        'refused',
        `the remote has no branch ${remote.branch} any more`,
        `if it shall have it again, run: git -C ${branch.gitFolder} push ${remote.url} ${remote.branch}`,
      );
    }
    return there;
  };
  const catchUp = async (patient: boolean): Promise<void> => {
    const there = await headThere(patient);
    if (there !== undefined) await follow(there);
  };
  const push = async (from: string | undefined, to: string): Promise<PushAnswer> => {
    try {
      return await pushCommit(repository, remote, to, from);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return wasTaken(error, to);
    }
  };
  return {
    async publish(objects, from, to) {
      const pack = await showPack(branch.gitFolder, encodePack(objects, format));
      // What was fetched must still be the head when the push arrives: what else has to reach this disk does so meanwhile.
      const [answer, ...here] = await Promise.allSettled([
        push(from, to),
        syncFolder(pack.folder),
        from === undefined ? undefined : follow(from),
      ]);
      if (answer.status === 'rejected') throw answer.reason;
      if (answer.value.kind === 'moved') return { kind: 'lost' };
      if (answer.value.kind === 'refused') return answer.value;
      for (const each of here) if (each.status === 'rejected') throw each.reason;
      if ((await moveBranch(branch, from, to)) === 'lost') await follow(to);
      return { kind: 'published' };
    },
    catchUp: () => catchUp(true),
    async look(lost) {
      // The pause keeps servers that write to the same branch apart. It comes before the fetch, as no time may pass after it.
      if (lost > 1) await delay(10 * 2 ** Math.min(lost, 5) * Math.random());
      return headThere(false);
    },
    follow,
  };

  /** After a push without an answer: the remote may have taken it all the same. */
  async function wasTaken(error: GitError, to: string): Promise<{ readonly kind: 'accepted' }> {
    try {
      await catchUp(false);
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
