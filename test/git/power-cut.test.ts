import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { moveBranch, openBranch } from '../../src/git/branch.ts';
import { openCommitter } from '../../src/git/committer.ts';
import { encodeAnnulled, encodeEntry, encodeHead, newGeneration, readJournal } from '../../src/git/journal-file.ts';
import { replayJournals } from '../../src/git/journal-replay.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import { newObject, SHA1 } from '../../src/git/object.ts';
import { encodePack } from '../../src/git/pack.ts';
import { newPackName } from '../../src/git/pack-file.ts';
import { openRepository } from '../../src/git/repository.ts';
import { newDisk } from './disk.ts';
import { gitIn, scratchFolder } from './scratch-repository.ts';

/** What is called where a file is made, and where something is brought to the disk. */
const disk = vi.hoisted(() => {
  const unnoted = {
    made: (_descriptor: number): void => undefined,
    synced:
      (_descriptor: number): (() => void) =>
      () =>
        undefined,
  };
  return { unnoted, ...unnoted };
});

vi.mock('node:fs', async (original) => {
  const real = (await original()) as typeof import('node:fs');
  const noted =
    (sync: typeof real.fsync) =>
    (descriptor: number, done: import('node:fs').NoParamCallback): void => {
      const note = disk.synced(descriptor);
      sync(descriptor, (error) => {
        if (error === null) note();
        done(error);
      });
    };
  const openSync: typeof real.openSync = (path, flags, mode) => {
    const descriptor = real.openSync(path, flags, mode);
    if (String(flags).startsWith('w')) disk.made(descriptor);
    return descriptor;
  };
  return { ...real, openSync, fsync: noted(real.fsync), fdatasync: noted(real.fdatasync) };
});

vi.mock('node:fs/promises', async (original) => {
  const real = (await original()) as typeof import('node:fs/promises');
  const open: typeof real.open = async (path, flags, mode) => {
    const handle = await real.open(path, flags, mode);
    if (String(flags).startsWith('w')) disk.made(handle.fd);
    for (const name of ['sync', 'datasync'] as const) {
      const sync = handle[name].bind(handle);
      handle[name] = async () => {
        const note = disk.synced(handle.fd);
        await sync();
        note();
      };
    }
    return handle;
  };
  return { ...real, open };
});

const person = { name: 'A', email: 'a@example.org' };
const elsewhere = 'another start of the machine';

describe('a power cut', () => {
  it('loses nothing that was acknowledged, whatever the disk has taken of the rest', { timeout: 300_000 }, async () => {
    const folder = join(scratchFolder(), 'served');
    const repository = await initRepository(folder, { branch: 'main' });
    const model = newDisk(folder, 1);
    const acknowledged: string[] = [];
    const cuts: { readonly folder: string; readonly acknowledged: readonly string[] }[] = [];
    const places = scratchFolder();
    let syncs = 0;
    const cut = (): void => {
      const target = join(places, String(cuts.length));
      model.cut(target, cuts.length % 3 === 0 ? 'all' : 'some');
      cuts.push({ folder: target, acknowledged: [...acknowledged] });
    };
    onTestFinished(() => {
      Object.assign(disk, disk.unnoted);
    });
    disk.made = model.made;
    disk.synced = (descriptor) => {
      const note = model.synced(descriptor);
      return () => {
        note();
        if (++syncs % 40 === 0) cut();
      };
    };
    const committer = await openCommitter(repository, {
      branch: 'main',
      committer: person,
      now: () => 1,
      journal: true,
    });
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        // What cannot be made shorter: the journal is full again and again.
        const content = `${i} ${Array.from({ length: writer * 8000 }, () => model.random().toString(36).slice(2, 8)).join('')}`;
        const outcome = await committer.commit({
          author: person,
          apply: async () => ({
            kind: 'change',
            files: [{ kind: 'put', path: `zones/${writer}.yaml`, content }],
            message: { subject: `${writer} ${i}` },
          }),
        });
        if (outcome.kind !== 'committed') throw new Error(outcome.kind);
        acknowledged.push(outcome.commit);
        if (acknowledged.length % 16 === 0) cut();
      }
    };
    await Promise.all([0, 1, 2, 3].map(write));
    expect(readdirSync(join(folder, 'zonewright')).filter((name) => name.startsWith('journal-'))).toHaveLength(2);
    await committer.close();
    expect(readdirSync(join(folder, 'zonewright'))).toEqual([]);
    cut();
    expect(cuts.length).toBeGreaterThan(10);
    for (const each of cuts) {
      const git = gitIn(each.folder);
      const branch = await openBranch((await openRepository(each.folder))!, 'main');
      await replayJournals(branch, elsewhere);
      const history = new Set(git('rev-list', 'main').split('\n'));
      expect(each.acknowledged.filter((commit) => !history.has(commit))).toEqual([]);
      expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');
      expect(readdirSync(join(each.folder, 'zonewright')).filter((name) => name.startsWith('journal-'))).toEqual([]);
    }
  });
});

describe('a journal that was left', () => {
  /** A repository at its first commit, and a journal with one more, annulled or not. */
  async function left({ annulled = false } = {}) {
    const folder = join(scratchFolder(), 'served');
    const repository = await initRepository(folder, { branch: 'main' });
    const branch = await openBranch(repository, 'main');
    const git = gitIn(folder);
    const tree = git('hash-object', '-t', 'tree', '-w', '--stdin');
    const commit = (parent: string | undefined, text: string): string =>
      git('commit-tree', tree, '-m', text, ...(parent === undefined ? [] : ['-p', parent]));
    const first = commit(undefined, 'first');
    await moveBranch(branch, undefined, first);
    const content = Buffer.from(`tree ${tree}\nparent ${first}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx\n`);
    const made = newObject(SHA1, 'commit', content);
    const name = newPackName();
    const generation = newGeneration();
    const entry = { ref: 'refs/heads/main', to: made.id, name, ...encodePack([made], SHA1) };
    const parts = [encodeHead(generation, 'here'), encodeEntry(generation, entry)];
    if (annulled) parts.push(encodeAnnulled(generation, name));
    mkdirSync(join(folder, 'zonewright'), { recursive: true });
    // No process has this number.
    const path = join(folder, 'zonewright', 'journal-99999999-ab');
    writeFileSync(path, Buffer.concat([...parts, Buffer.alloc(8192)]));
    return { folder, branch, git, commit, first, made: made.id, file: Buffer.concat(parts), path };
  }

  it('moves the branch on, also where its file was being written', async () => {
    const { branch, git, made, folder } = await left();
    writeFileSync(join(folder, 'refs/heads/main'), '');
    await replayJournals(branch, elsewhere);
    expect(git('rev-parse', 'main')).toBe(made);
    expect(git('fsck', '--strict')).toBe('');
    expect(readdirSync(join(folder, 'zonewright'))).toEqual([]);
  });

  it('leaves a branch that has gone on, and one that has gone elsewhere', async () => {
    const on = await left();
    await replayJournals(on.branch, elsewhere);
    const next = on.commit(on.made, 'next');
    on.git('update-ref', 'refs/heads/main', next);
    writeFileSync(on.path, on.file);
    await replayJournals(on.branch, elsewhere);
    expect(on.git('rev-parse', 'main')).toBe(next);
    const off = await left();
    const other = off.commit(off.first, 'other');
    off.git('update-ref', 'refs/heads/main', other);
    await replayJournals(off.branch, elsewhere);
    expect(off.git('rev-parse', 'main')).toBe(other);
  });

  it('moves nothing where the machine was not started anew, nor what came to nothing', async () => {
    const same = await left();
    await replayJournals(same.branch, 'here');
    expect(same.git('rev-parse', 'main')).toBe(same.first);
    expect(readdirSync(join(same.folder, 'zonewright'))).toEqual([]);
    const annulled = await left({ annulled: true });
    await replayJournals(annulled.branch, elsewhere);
    expect(annulled.git('rev-parse', 'main')).toBe(annulled.first);
    // Its pack may be seen, and is whole.
    expect(annulled.git('cat-file', '-t', annulled.made)).toBe('commit');
  });

  it('is finished whoever has the number of its process now, and left to a process that runs', async () => {
    const { branch, git, first, made, path } = await left();
    const running = path.replace('99999999', String(process.ppid));
    renameSync(path, running);
    await replayJournals(branch, 'here');
    expect([git('rev-parse', 'main'), existsSync(running)]).toEqual([first, true]);
    await replayJournals(branch, elsewhere);
    expect([git('rev-parse', 'main'), existsSync(running)]).toEqual([made, false]);
  });

  it('is read up to what was being written, and nothing of earlier use', async () => {
    const { file } = await left();
    expect(readJournal(file).entries).toHaveLength(1);
    for (const at of [4096, 4096 + 30, file.length - 4096 + 40]) {
      const torn = Buffer.from(file);
      torn[at] = (torn[at] as number) ^ 1;
      expect(readJournal(torn).entries).toEqual([]);
      expect(readJournal(file.subarray(0, at)).entries).toEqual([]);
    }
    const anew = Buffer.concat([encodeHead(newGeneration(), 'here'), file.subarray(4096)]);
    expect(readJournal(anew).entries).toEqual([]);
    expect(readJournal(Buffer.alloc(8192)).entries).toEqual([]);
  });
});
