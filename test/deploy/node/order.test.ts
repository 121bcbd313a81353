import { describe, expect, it } from 'vitest';
import { giveOrders, type Order } from '../../../src/deploy/node/order.ts';
import type { CommandResult, Run, RunOptions } from '../../../src/deploy/node/transport.ts';

/** A node that answers with these, and what it was asked. */
function nodeThatSays(...answers: readonly Partial<CommandResult>[]) {
  const asked: { words: string; options: RunOptions | undefined }[] = [];
  const run: Run = async (words, options) => {
    asked.push({ words: words.join(' '), options });
    return { status: 0, stdout: '', stderr: '', ...answers[asked.length - 1] };
  };
  return { run, asked };
}

const lock: Order = { words: ['lock', 'tokentoken'], input: 'a test\n', readsOwn: true };
const load: Order = { words: ['knot', 'zones'], input: 'a.test.\n', task: 'load the zones', fix: 'look at it' };

describe('orders for a node', () => {
  it('are said together, and what each has printed is told apart', async () => {
    const { run, asked } = nodeThatSays({ stdout: 'then\nfirst line\nlast line\n' });
    expect(await giveOrders(run, [lock, { words: ['ask'], timeoutMs: 5 }])).toEqual(['', 'first line\nlast line\n']);
    expect(asked).toEqual([
      { words: 'lock tokentoken then ask', options: { input: 'a test\n', timeoutMs: 5, extraMs: 0 } },
    ]);
  });

  it('are not said behind one that reads all there is to read, nor without end', async () => {
    const { run, asked } = nodeThatSays();
    await giveOrders(run, [load, { ...load, words: ['knot', 'reload'] }]);
    expect(asked.map(({ words }) => words)).toEqual(['knot zones', 'knot reload']);
    const many = nodeThatSays();
    await giveOrders(
      many.run,
      Array.from({ length: 40 }, (_, i) => ({ words: ['remove', `r${i}`] })),
    );
    expect(many.asked.map(({ words }) => words.split(' ').length).every((count) => count <= 50)).toBe(true);
    expect(many.asked.flatMap(({ words }) => words.match(/r\d+/g))).toHaveLength(40);
    expect(await giveOrders(run, [])).toEqual([]);
  });

  it('fail with the one that failed', async () => {
    const switched: Order = { words: ['switch', 'r1'] };
    const fails = (answer: Partial<CommandResult>) => giveOrders(nodeThatSays(answer).run, [switched, load]);
    await expect(fails({ status: 1, stdout: 'then\n', stderr: 'no such zone' })).rejects.toMatchObject({
      reason: 'failed',
      message: 'it could not load the zones: no such zone',
      fix: 'look at it',
    });
    await expect(fails({ status: 1, stderr: 'no way back' })).rejects.toMatchObject({
      message: '"switch r1" failed: no way back',
    });
    await expect(fails({ status: 75, stdout: 'then\npaula\n' })).rejects.toMatchObject({
      reason: 'locked',
      message: 'another rollout holds it: paula',
    });
  });
});
