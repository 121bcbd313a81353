import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, TestRunner, vi } from 'vitest';
import { openCommitter } from '../../src/git/committer.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import { gitIn, scratchFolder } from './scratch-repository.ts';

/** Mounts a small disk in memory of so many megabytes (`2m`); `undefined` where this user or this machine may not. */
function smallDisk(size: string): string | undefined {
  const folder = scratchFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

describe('a full disk', () => {
  const kinds = [
    { about: 'without a journal', size: '2m', journal: false },
    { about: 'with a journal', size: '12m', journal: true },
    { about: 'without room for a journal', size: '2m', journal: true },
  ];
  it.for(kinds)('loses nothing that was acknowledged and goes on with room, $about', async (kind, context) => {
    const { size, journal } = kind;
    const disk = smallDisk(size);
    if (disk === undefined) {
      const meta = TestRunner.getCurrentSuite().file?.meta;
      if (meta) meta.skipReasons = ['a small disk cannot be mounted here'];
      context.skip();
      return;
    }
    const folder = join(disk, 'served');
    const person = { name: 'A', email: 'a@example.org' };
    const repository = await initRepository(folder, { branch: 'main' });
    const committer = await openCommitter(repository, { branch: 'main', committer: person, now: () => 1, journal });
    onTestFinished(() => committer.close());
    let count = 0;
    const write = async (): Promise<string> => {
      const content = `${count++} ${'x'.repeat(2000)}`;
      const outcome = await committer.commit({
        author: person,
        apply: async () => ({
          kind: 'change',
          files: [{ kind: 'put', path: 'zone', content }],
          message: { subject: content.slice(0, 10) },
        }),
      });
      return outcome.kind === 'committed' ? outcome.commit : outcome.kind;
    };
    const acknowledged = [await write()];
    const staging = join(folder, 'zonewright');
    const journals = () => readdirSync(staging).filter((name) => name.startsWith('journal-'));
    // One that is made, or was not to be made.
    const sizes = () => journals().map((name) => statSync(join(staging, name)).size);
    await vi.waitFor(() => expect(sizes()).toEqual(size === '12m' ? [2 ** 22, 2 ** 22] : []));
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - 150_000));
    // Packs that are put together make room again, so a disk that was full once need not be full for the next one.
    let faults = 0;
    for (let i = 0; i < 500 && faults < 3; i++) {
      await write().then(
        (commit) => acknowledged.push(commit),
        (error: unknown) => {
          faults++;
          expect(error).toMatchObject({
            name: 'GitError',
            kind: 'unavailable',
            message: 'the disk of the repository is full',
          });
        },
      );
    }
    expect(faults).toBe(3);
    const git = gitIn(folder);
    expect(git('rev-list', '--reverse', 'main').split('\n')).toEqual(acknowledged);
    rmSync(join(disk, 'filler'));
    acknowledged.push(await write(), await write());
    expect(git('rev-list', '--reverse', 'main').split('\n')).toEqual(acknowledged);
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
  });
});
