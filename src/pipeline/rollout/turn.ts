import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { diskError } from '../../compile/release/error.ts';
import { NodeError } from '../../deploy/node/node-error.ts';
import type { Withdrawing } from '../../deploy/rollout/guard.ts';
import { StateError } from '../../state/error.ts';
import { type Lock, LockError, takeLock } from '../../state/files/lock.ts';
import { type Failure, failure } from '../failure.ts';
import { replaceFile } from '../replace-file.ts';

/** A rollout that has waited for its turn while a newer one came, which does its work too. */
export interface Superseded {
  readonly kind: 'superseded';
}

/** How often the lock is looked at, in milliseconds. */
const EVERY = 250;

/**
 * Takes the lock of the rollouts of a project. With `wait`, waits while another has it; of all who wait the last one that came
 * gets it, the others are superseded.
 */
export async function takeTurn(
  folder: string,
  wait: boolean,
  signal: AbortSignal,
): Promise<Pick<Lock, 'release'> | Superseded | Failure> {
  const file = join(folder, 'lock');
  const newest = join(folder, 'newest');
  const mine = randomBytes(8).toString('hex');
  if (wait) replaceFile(newest, [mine]);
  for (;;) {
    try {
      const lock = takeLock(file, 'rolling out');
      if (!wait || readFileSync(newest, 'utf8') === mine) return lock;
      lock.release();
      return { kind: 'superseded' };
    } catch (error) {
      if (!(error instanceof LockError)) throw diskError(error, `lock ${file}`);
      if (!wait) {
        const age = Math.round(
          (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())) / 1000,
        );
        return failure('again', `${error.message}, for ${age} s`, `${error.fix}, or wait for it with --wait`);
      }
      if (readFileSync(newest, 'utf8') !== mine) return { kind: 'superseded' };
    }
    if (signal.aborted) return failure('again', 'interrupted while it was waiting', 'run the same command again');
    await pause(EVERY, undefined, { signal }).catch(() => undefined);
  }
}

/** Makes the folder in which a project keeps what belongs to rolling out. Throws a ReleaseError where it cannot. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskError(error, `create ${folder}`);
  }
}

/** How long a decision waits for others who withdraw nodes, in milliseconds: each of them takes as long as a BGP daemon does. */
const PATIENCE = 60_000;

function interrupted(): NodeError {
  return new NodeError('interrupted', 'interrupted', 'run the same command again');
}

/** Takes what is done by one process at a time of those that share a state, on whichever machine. Gives what gives it back. */
export type TakeAlone = (signal: AbortSignal) => Promise<() => void>;

/** Lets one process of a project withdraw nodes at a time: of those on this machine, and of those that share a state. */
export function withdrawingAlone(folder: string, signal: AbortSignal, takeAlone?: TakeAlone): Withdrawing {
  const file = join(folder, 'withdrawing');
  let lock: Pick<Lock, 'release'> | undefined;
  let giveBack: (() => void) | undefined;
  const takeLockOfMachine = async (): Promise<Lock> => {
    // Whoever only drains nodes may be the first here.
    makeFolder(folder);
    const until = Date.now() + PATIENCE;
    for (let delay = 2; ; delay = Math.min(2 * delay, EVERY)) {
      try {
        return takeLock(file, 'withdrawing nodes');
      } catch (error) {
        if (!(error instanceof LockError)) throw diskError(error, `lock ${file}`);
        if (Date.now() > until) throw new NodeError('failed', error.message, error.fix);
      }
      if (signal.aborted) throw interrupted();
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
  };
  const give = (): void => {
    giveBack?.();
    lock?.release();
    giveBack = undefined;
    lock = undefined;
  };
  return {
    async take() {
      lock = await takeLockOfMachine();
      try {
        giveBack = await takeAlone?.(signal);
      } catch (error) {
        give();
        if (signal.aborted) throw interrupted();
        if (error instanceof StateError) throw new NodeError('failed', error.message, error.fix);
        throw error;
      }
    },
    give,
  };
}
