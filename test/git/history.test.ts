import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/git/history.ts';
import { firstParentHistory, isOnFirstParents } from '../../src/git/history.ts';
import { headCommit, openRepository } from '../../src/git/repository.ts';
import type { ScratchRepository } from './scratch-repository.ts';
import { scratchFolder, scratchRepository } from './scratch-repository.ts';

async function historyOf(folder: string, paths: string[], most = Infinity): Promise<HistoryEntry[]> {
  const repository = (await openRepository(folder))!;
  const entries: HistoryEntry[] = [];
  for await (const entry of firstParentHistory(repository, (await headCommit(folder))!, paths)) {
    entries.push(entry);
    if (entries.length === most) break;
  }
  return entries;
}

function merge(repository: ScratchRepository, branch: string): void {
  repository.git('merge', '-q', '--no-ff', '-m', 'merge', branch);
}

describe('firstParentHistory', () => {
  it('lists what each commit changed, newest first', async () => {
    const repository = scratchRepository();
    const first = repository.commit(10, { a: '1', b: '1' });
    repository.commit(20, { c: '1' });
    const third = repository.commit(30, { a: '2', b: undefined });
    const blob = (of: string): string => repository.git('rev-parse', of);
    expect(await historyOf(repository.folder, ['a', 'b'])).toEqual([
      {
        id: third,
        time: 30,
        cutOff: false,
        changes: [
          {
            path: 'a',
            before: { kind: 'file', blob: blob(`${first}:a`) },
            after: { kind: 'file', blob: blob(`${third}:a`) },
          },
          { path: 'b', before: { kind: 'file', blob: blob(`${first}:b`) }, after: undefined },
        ],
      },
      {
        id: first,
        time: 10,
        cutOff: false,
        changes: [
          { path: 'a', before: undefined, after: { kind: 'file', blob: blob(`${first}:a`) } },
          { path: 'b', before: undefined, after: { kind: 'file', blob: blob(`${first}:b`) } },
        ],
      },
    ]);
  });

  it('takes a merge as one step of the branch', async () => {
    const repository = scratchRepository();
    const base = repository.commit(1, { a: '1' });
    repository.git('checkout', '-q', '-b', 'side');
    repository.commit(2, { a: '2' });
    repository.commit(3, { a: '3' });
    repository.git('checkout', '-q', 'main');
    repository.commit(4, { other: '1' });
    merge(repository, 'side');
    const merged = repository.git('rev-parse', 'HEAD');
    expect((await historyOf(repository.folder, ['a'])).map(({ id }) => id)).toEqual([merged, base]);
  });

  it('sees only the folder that it is asked about, and calls its paths from there', async () => {
    const repository = scratchRepository();
    repository.commit(1, { 'dns/zones/é "x"\tz.yaml': '1', 'zones/a.yaml': '1', 'dns/other': '1' });
    const [entry] = await historyOf(join(repository.folder, 'dns'), ['zones']);
    expect(entry?.changes.map(({ path }) => path)).toEqual(['zones/é "x"\tz.yaml']);
  });

  it('is not misled by paths that look like its own marks or like patterns', async () => {
    const repository = scratchRepository();
    const forged = `\x02${'0'.repeat(40)} 99`;
    repository.commit(1, { [forged]: '1', '*': '1', b: '1' });
    const entries = await historyOf(repository.folder, [forged, '*']);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.changes.map(({ path }) => path).sort()).toEqual([forged, '*'].sort());
  });

  it('says where a shallow clone cuts it off', async () => {
    const repository = scratchRepository();
    for (const time of [1, 2, 3]) repository.commit(time, { a: String(time) });
    const clone = join(scratchFolder(), 'clone');
    repository.git('clone', '-q', '--depth', '2', `file://${repository.folder}`, clone);
    expect((await historyOf(clone, ['a'])).map(({ time, cutOff }) => [time, cutOff])).toEqual([
      [3, false],
      [2, true],
    ]);
  });

  it('stops git when the caller stops, and takes entries that are longer than a chunk', async () => {
    const repository = scratchRepository();
    const many = Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`zones/number-${i}.yaml`, String(i)]));
    repository.commit(1, many);
    repository.commit(2, { 'zones/number-7.yaml': 'x' });
    const [last] = await historyOf(repository.folder, ['zones'], 1);
    expect(last?.changes).toHaveLength(1);
    const all = await historyOf(repository.folder, ['zones']);
    expect(all[1]?.changes).toHaveLength(800);
  });
});

describe('isOnFirstParents', () => {
  it('tells the line of the branch from what was merged into it, from what is newer and from what is not there', async () => {
    const repository = scratchRepository();
    const base = repository.commit(1, { a: '1' });
    repository.git('checkout', '-q', '-b', 'side');
    const side = repository.commit(2, { a: '2' });
    repository.git('checkout', '-q', 'main');
    const before = repository.commit(3, { b: '1' });
    merge(repository, 'side');
    const opened = (await openRepository(repository.folder))!;
    const head = (await headCommit(repository.folder))!;
    const asked = [head.id, base, before, side, '1'.repeat(40)];
    expect(await Promise.all(asked.map((id) => isOnFirstParents(opened, head, id)))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(await isOnFirstParents(opened, { id: base, time: 1 }, head.id)).toBe(false);
  });
});
