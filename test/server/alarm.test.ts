import { afterEach, expect, it, vi } from 'vitest';
import { newAlarm } from '../../src/server/alarm.ts';

const log = { warn: vi.fn() };

afterEach(() => void vi.useRealTimers());

it('asks once for what comes together, and again where the queue takes nothing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const ask = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue();
  const alarm = newAlarm(ask, log);
  for (let i = 0; i < 5; i++) void alarm.ring();
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ask).toHaveBeenCalledTimes(2);
  await alarm.stop();
});

it('asks no second time for a commit that is heard of again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const ask = vi.fn<() => Promise<void>>().mockResolvedValue();
  const alarm = newAlarm(ask, log);
  const told = async (commit?: string): Promise<void> => {
    void alarm.ring(commit);
    await vi.advanceTimersByTimeAsync(1000);
  };
  await told('a');
  await told('a');
  expect(ask).toHaveBeenCalledTimes(1);
  await told('b');
  // Somebody wants it whatever the branch is at.
  await told();
  await told('b');
  expect(ask).toHaveBeenCalledTimes(4);
  await alarm.stop();
});

it('asks no more once it is stopped, whoever rings and whatever the last request comes to', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  let refuse: (error: Error) => void = () => undefined;
  const ask = vi.fn(
    () =>
      new Promise<void>((_, reject) => {
        refuse = reject;
      }),
  );
  const alarm = newAlarm(ask, log);
  void alarm.ring();
  await vi.advanceTimersByTimeAsync(0);
  void alarm.ring();
  const stopped = alarm.stop();
  refuse(new Error('Cannot use a pool after calling end on the pool'));
  await stopped;
  void alarm.ring();
  await vi.advanceTimersByTimeAsync(5000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});
