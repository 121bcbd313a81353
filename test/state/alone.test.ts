import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { takeAlone } from '../../src/state/engine/alone.ts';
import { isStateError } from '../../src/state/error.ts';
import type { State } from '../../src/state/state.ts';
import { until } from '../lab/space.ts';
import { onBothEngines } from './engines.ts';

const never = new AbortController().signal;

onBothEngines('what one process does at a time', ({ kind, place, open }) => {
  it('is had by one of all that share the database', async () => {
    const shared = await place();
    const [one, other] = [await open(shared), await open(shared)];
    const events: string[] = [];
    const giveBack = await one.takeAlone('withdrawing', never);
    const waiting = other.takeAlone('withdrawing', never).then((give) => {
      events.push('the other has it');
      give();
    });
    // Machines share no embedded database.
    if (kind === 'embedded') return waiting;
    await until('the other waits', async () => (await waitingFor(one)) === 1);
    events.push('one gives it back');
    giveBack();
    await waiting;
    expect(events).toEqual(['one gives it back', 'the other has it']);
  });

  if (kind === 'embedded') return;

  it('is free when the connection of whoever has it is gone', async () => {
    const shared = await place();
    const [one, other] = [await open(shared), await open(shared)];
    const giveBack = await one.takeAlone('withdrawing', never);
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'`.execute(other.query);
    (await other.takeAlone('withdrawing', never))();
    giveBack();
  });

  it('is not waited for once there is a reason to stop', async () => {
    const shared = await place();
    const [one, other] = [await open(shared), await open(shared)];
    const giveBack = await one.takeAlone('withdrawing', never);
    const stop = new AbortController();
    const waiting = other.takeAlone('withdrawing', stop.signal).catch((error: unknown) => error);
    await until('the other waits', async () => (await waitingFor(one)) === 1);
    stop.abort();
    expect(isStateError(await waiting, 'again')).toBe(true);
    const stopped = await other.takeAlone('withdrawing', stop.signal).catch((error: unknown) => error);
    expect(isStateError(stopped, 'again')).toBe(true);
    giveBack();
  });

  it('is not waited for without end', async () => {
    const shared = await place();
    const one = await open(shared);
    const giveBack = await one.takeAlone('withdrawing', never);
    const settings = { connectionString: shared.databaseUrl as string };
    await expect(takeAlone(settings, 'withdrawing', 50, never)).rejects.toMatchObject({ code: '55P03' });
    giveBack();
    (await takeAlone(settings, 'withdrawing', 5000, never))();
  });
});

/** How many wait for what another does alone. */
async function waitingFor({ query }: Pick<State, 'query'>): Promise<number> {
  const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(query);
  return rows.length;
}
