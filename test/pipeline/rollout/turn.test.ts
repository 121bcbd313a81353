import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NodeError } from '../../../src/deploy/node/node-error.ts';
import { withdrawingAlone } from '../../../src/pipeline/rollout/turn.ts';
import { StateError } from '../../../src/state/error.ts';
import { scratchFolder } from '../../git/scratch-repository.ts';

const never = new AbortController().signal;

/** What machines share: one of them has it at a time. */
function sharedState() {
  let last: Promise<void> = Promise.resolve();
  return async (): Promise<() => void> => {
    const before = last;
    let giveBack = (): void => undefined;
    last = new Promise((resolve) => {
      giveBack = resolve;
    });
    await before;
    return giveBack;
  };
}

describe('whoever withdraws nodes', () => {
  it.each([
    ['of one machine', true],
    ['of machines that share a state', false],
  ])('is one process %s', async (_, oneMachine) => {
    const takeAlone = sharedState();
    const folder = scratchFolder();
    const of = (machine: string) =>
      oneMachine
        ? withdrawingAlone(folder, never)
        : withdrawingAlone(join(folder, machine, 'deploy'), never, takeAlone);
    const processes = ['a', 'b', 'c', 'd'].map(of);
    let deciding = 0;
    let most = 0;
    await Promise.all(
      processes.map(async (each) => {
        await each.take();
        most = Math.max(most, ++deciding);
        // Others have every chance to go on meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 10));
        deciding--;
        each.give();
      }),
    );
    expect(most).toBe(1);
  });

  it('is interrupted while it waits for others, on this machine or another', async () => {
    const stop = new AbortController();
    const waits = () =>
      new Promise<never>((_, fail) => {
        stop.signal.addEventListener('abort', () => fail(new StateError('again', 'interrupted', 'try again')));
        stop.abort();
      });
    const process = withdrawingAlone(scratchFolder(), stop.signal, waits);
    await expect(process.take()).rejects.toMatchObject({ reason: 'interrupted' });
  });

  it('keeps nothing where the state cannot be asked', async () => {
    const folder = scratchFolder();
    const away = new StateError('unavailable', 'PostgreSQL is not there', 'check that it runs');
    const process = withdrawingAlone(folder, never, () => Promise.reject(away));
    await expect(process.take()).rejects.toMatchObject({ message: away.message, fix: away.fix });
    await expect(process.take()).rejects.toThrow(NodeError);
    expect(existsSync(join(folder, 'withdrawing'))).toBe(false);
  });
});
