import { expect, it } from 'vitest';
import {
  addDocument,
  changeDocument,
  listDocuments,
  readDocument,
  removeDocument,
} from '../../src/state/documents/documents.ts';
import type { State } from '../../src/state/state.ts';
import { onBothEngines } from './engines.ts';

interface Counted {
  readonly count: number;
}

onBothEngines('documents', (bench) => {
  const add = (state: State, id: string, status = 'running') =>
    addDocument<Counted>(state, state.query, 'deployment', id, { status, body: { count: 0 } });

  it('are kept, changed and removed', async () => {
    const state = await bench.open();
    const added = await add(state, 'a');
    expect(added).toMatchObject({ id: 'a', version: 1, status: 'running', body: { count: 0 } });
    expect(await readDocument(state.query, 'deployment', 'a')).toEqual(added);
    expect(await readDocument(state.query, 'node', 'a')).toBeUndefined();
    await expect(add(state, 'a')).rejects.toMatchObject({ kind: 'conflict' });
    const done = { status: 'done', body: { count: 7 } };
    expect(await changeDocument(state, 'deployment', 'a', () => done)).toMatchObject({ ...done, version: 2 });
    expect(await changeDocument(state, 'deployment', 'a', () => undefined)).toMatchObject({ version: 2 });
    expect(await changeDocument(state, 'deployment', 'b', () => done)).toBeUndefined();
    expect(await removeDocument(state.query, 'deployment', 'a')).toBe(true);
    expect(await removeDocument(state.query, 'deployment', 'a')).toBe(false);
  });

  it('lose no change where two processes change at once', async () => {
    const place = await bench.place();
    const states = [await bench.open(place), await bench.open(place)];
    await add(states[0] as State, 'a');
    const count = (state: State) =>
      changeDocument<Counted>(state, 'deployment', 'a', ({ status, body }) => ({
        status,
        body: { count: body.count + 1 },
      }));
    await Promise.all(Array.from({ length: 20 }, (_, i) => count(states[i % 2] as State)));
    expect(await readDocument((states[0] as State).query, 'deployment', 'a')).toMatchObject({
      version: 21,
      body: { count: 20 },
    });
  });

  it('are listed by status and page, the newest first', async () => {
    const state = await bench.open();
    for (const id of ['a', 'b', 'c', 'd']) await add(state, id, id === 'b' ? 'done' : 'running');
    await state.query.updateTable('documents').set({ created_at: 5 }).execute();
    const ids = async (options: Parameters<typeof listDocuments>[2]) =>
      (await listDocuments(state.query, 'deployment', options)).map(({ id }) => id);
    expect(await ids({})).toEqual(['d', 'c', 'b', 'a']);
    expect(await ids({ status: 'done' })).toEqual(['b']);
    expect(await ids({ limit: 2 })).toEqual(['d', 'c']);
    expect(await ids({ before: { id: 'c', createdAt: 5 } })).toEqual(['b', 'a']);
    expect(await listDocuments(state.query, 'node')).toEqual([]);
  });
});
