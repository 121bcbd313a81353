import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sideBySide } from '../../../src/compile/release/side-by-side.ts';

const numbers = Array.from({ length: 40 }, (_, i) => i);

it('begins zones in their order, some at a time', async () => {
  const begun: number[] = [];
  let [atOnce, most] = [0, 0];
  await sideBySide(
    numbers,
    () => false,
    async (zone) => {
      begun.push(zone);
      most = Math.max(most, ++atOnce);
      for (let i = 0; i < zone % 5; i++) await setImmediate();
      atOnce--;
    },
  );
  expect(begun).toEqual(numbers);
  expect(most).toBe(8);
});

it('begins nothing more after an error or a stop, and ends what was begun before it says so', async () => {
  let [begun, ended, stopped] = [0, 0, false];
  const write = async (zone: number): Promise<void> => {
    begun++;
    await setImmediate();
    if (zone === 3) throw new Error('the disk is full');
    await setImmediate();
    ended++;
  };
  await expect(sideBySide(numbers, () => false, write)).rejects.toThrow('the disk is full');
  expect(begun - ended).toBe(1);
  expect(begun).toBeLessThan(20);
  [begun, ended] = [0, 0];
  await sideBySide(
    numbers.slice(4),
    () => stopped,
    async (zone) => {
      await write(zone);
      stopped = true;
    },
  );
  expect([begun, ended]).toEqual([8, 8]);
});
