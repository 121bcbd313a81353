import { expect, it } from 'vitest';
import { enqueue, listJobs } from '../../src/state/queue/job.ts';
import { noteDelivery, purgeDeliveries } from '../../src/state/requests/deliveries.ts';
import { abandonRequest, beginRequest, finishRequest, purgeRequests } from '../../src/state/requests/idempotency.ts';
import type { State } from '../../src/state/state.ts';
import { onBothEngines } from './engines.ts';

const request = { accountId: 1, key: 'k' };

onBothEngines('requests', (bench) => {
  /** A state at another time. */
  const later = (state: State, by: number): State => ({ ...state, now: () => state.now() + by });

  it('run once, and are answered again as they were', async () => {
    const state = await bench.open();
    const first = await beginRequest(state, request, 'd');
    if (first.kind !== 'run') return expect.unreachable();
    expect(first.again).toBe(false);
    expect(await beginRequest(state, request, 'd')).toEqual({ kind: 'running' });
    expect(await beginRequest(state, request, 'other')).toEqual({ kind: 'mismatch' });
    expect(await beginRequest(state, { ...request, accountId: 2 }, 'other')).toMatchObject({ kind: 'run' });
    expect(await finishRequest(state.query, request, first.run, '{"x":1}')).toBe(true);
    expect(await beginRequest(state, request, 'd')).toEqual({ kind: 'replay', answer: '{"x":1}' });
    await abandonRequest(state.query, request, first.run);
    expect(await beginRequest(state, request, 'd')).toMatchObject({ kind: 'replay' });
  });

  it('run once where many come at the same time', async () => {
    const place = await bench.place();
    const states = [await bench.open(place), await bench.open(place)];
    const begun = await Promise.all(
      Array.from({ length: 20 }, (_, i) => beginRequest(states[i % 2] as State, request, 'd')),
    );
    expect(begun.filter(({ kind }) => kind === 'run')).toHaveLength(1);
    expect(begun.filter(({ kind }) => kind === 'running')).toHaveLength(19);
  });

  it('whose process died are taken over once, and the dead one has nothing to say', async () => {
    const state = await bench.open();
    const first = await beginRequest(state, request, 'd');
    const late = later(state, 61_000);
    const begun = await Promise.all([beginRequest(late, request, 'd'), beginRequest(late, request, 'd')]);
    expect(begun.map(({ kind }) => kind).sort()).toEqual(['run', 'running']);
    expect(begun).toContainEqual(expect.objectContaining({ kind: 'run', again: true }));
    expect(await finishRequest(state.query, request, first.kind === 'run' ? first.run : '', 'x')).toBe(false);
  });

  it('may be repeated at once where nothing was done, and are forgotten after a day', async () => {
    const state = await bench.open();
    const first = await beginRequest(state, request, 'd');
    await abandonRequest(state.query, request, first.kind === 'run' ? first.run : '');
    expect(await beginRequest(state, request, 'd')).toMatchObject({ kind: 'run', again: false });
    const tomorrow = later(state, 25 * 3_600_000);
    expect(await beginRequest(tomorrow, request, 'other')).toMatchObject({ kind: 'run', again: false });
    await purgeRequests(state.query, tomorrow.now() + 25 * 3_600_000);
    expect(await state.query.selectFrom('idempotency').selectAll().execute()).toEqual([]);
  });

  it('of webhooks make one job each, however often they are delivered', async () => {
    const place = await bench.place();
    const states = [await bench.open(place), await bench.open(place)];
    const deliver = (state: State, id: string) =>
      state.transaction(async (tx) => {
        const first = await noteDelivery(tx, 'github', id, 5);
        if (first) await enqueue(state, tx, { kind: 'push', payload: id });
        return first;
      });
    const firsts = await Promise.all(
      Array.from({ length: 12 }, (_, i) => deliver(states[i % 2] as State, `d${i % 3}`)),
    );
    expect(firsts.filter((first) => first)).toHaveLength(3);
    const { query } = states[0] as State;
    expect((await listJobs(query)).map(({ payload }) => payload).sort()).toEqual(['d0', 'd1', 'd2']);
    expect(await noteDelivery(query, 'gitea', 'd0', 5)).toBe(true);
    await purgeDeliveries(query, 6);
    expect(await noteDelivery(query, 'github', 'd0', 7)).toBe(true);
  });
});
