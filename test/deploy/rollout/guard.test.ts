import { describe, expect, it } from 'vitest';
import { newGuard } from '../../../src/deploy/rollout/guard.ts';
import type { NodeEntry } from '../../../src/zone/inventory/inventory.ts';
import { ALL_NODES } from '../../../src/zone/inventory/rollout-policy.ts';

const named = (name: string) => ({ name, bgp: { kind: 'simulated' } }) as NodeEntry;

/** A guard over three nodes that announce, two of which have to stay, and whether others may decide now. */
function guarded() {
  const nodes = new Map(['fra1', 'ams1', 'lon1'].map((name) => [name, named(name)]));
  const taken: boolean[] = [];
  const withdrawing = { take: async () => void taken.push(true), give: () => void taken.push(false) };
  const guard = newGuard(nodes, new Map(), new Map([[ALL_NODES, 2]]), async () => true, withdrawing);
  return { guard, taken };
}

describe('a guard', () => {
  it('decides alone until the withdrawal can be seen', async () => {
    const { guard, taken } = guarded();
    await guard.leave(named('fra1'));
    expect(taken).toEqual([true]);
    expect(await guard.tryToLeave(named('ams1'))).toBe(false);
    expect(taken).toEqual([true]);
    guard.gone(named('fra1'));
    expect(taken).toEqual([true, false]);
    expect(await guard.tryToLeave(named('ams1'))).toBe(false);
    expect(taken).toEqual([true, false, true, false]);
  });

  it('lets others decide once a node has ended, however often it was decided about', async () => {
    const { guard, taken } = guarded();
    await guard.leave(named('fra1'));
    expect(await guard.tryToLeave(named('fra1'))).toBe(true);
    guard.back(named('fra1'));
    expect(taken).toEqual([true, false]);
  });
});
