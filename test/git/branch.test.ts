import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { moveBranch, openBranch, readBranch, stageMove } from '../../src/git/branch.ts';
import { lockReference } from '../../src/git/branch-lock.ts';
import { isBranchName, pathFault } from '../../src/git/name.ts';
import { openRepository } from '../../src/git/repository.ts';
import { gitIn, scratchFolder, scratchRepository } from './scratch-repository.ts';

/** A bare repository with two commits that no branch holds. */
async function withCommits() {
  const origin = scratchRepository();
  const commits = [origin.commit(1, { a: '1' }), origin.commit(2, { a: '2' })] as const;
  const folder = join(scratchFolder(), 'bare');
  origin.git('clone', '-q', '--bare', origin.folder, folder);
  const git = gitIn(folder);
  git('update-ref', '-d', 'refs/heads/main');
  const open = async (name: string) => openBranch((await openRepository(folder))!, name);
  return { folder, git, open, first: commits[0], second: commits[1] };
}

describe('a branch', () => {
  it('is moved also where git has packed it, and git sees the move', async () => {
    const { git, open, first, second } = await withCommits();
    const branch = await open('main');
    expect(await moveBranch(branch, undefined, first)).toBe('moved');
    git('pack-refs', '--all');
    expect(await readBranch(branch)).toBe(first);
    expect(await moveBranch(branch, undefined, second)).toBe('lost');
    expect(await moveBranch(branch, first, second)).toBe('moved');
    expect(git('rev-parse', 'main')).toBe(second);
  });

  it('is not made where another one is in its way, packed or not', async () => {
    const { folder, git, open, first } = await withCommits();
    git('update-ref', 'refs/heads/a', first);
    const refused = { kind: 'refused', message: expect.stringContaining('cannot be made because there is') };
    for (const packed of [false, true]) {
      if (packed) git('pack-refs', '--all');
      await expect(moveBranch(await open('a/b'), undefined, first)).rejects.toMatchObject(refused);
    }
    git('update-ref', 'refs/heads/c/d', first);
    await expect(moveBranch(await open('c'), undefined, first)).rejects.toMatchObject(refused);
    git('pack-refs', '--all');
    await expect(moveBranch(await open('c'), undefined, first)).rejects.toMatchObject(refused);
    // Folders of branches that are gone are in nobody's way.
    mkdirSync(join(folder, 'refs/heads/e'));
    expect(await moveBranch(await open('e'), undefined, first)).toBe('moved');
    expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/a\nrefs/heads/c/d\nrefs/heads/e');
  });

  it('is not moved where it is only a name for another one, or its file is broken', async () => {
    const { folder, git, open, first } = await withCommits();
    git('update-ref', 'refs/heads/main', first);
    git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    await expect(moveBranch(await open('alias'), undefined, first)).rejects.toThrow('only another name');
    writeFileSync(join(folder, 'refs/heads/broken'), 'x\n');
    await expect(moveBranch(await open('broken'), undefined, first)).rejects.toThrow('holds no commit');
  });

  it('waits for a git that holds it, and takes the lock that a killed process of ours left', async () => {
    const { folder, git, open, first } = await withCommits();
    const branch = await open('main');
    const lock = join(folder, 'refs/heads/main.lock');
    writeFileSync(lock, '');
    const moved = moveBranch(branch, undefined, first);
    expect(await Promise.race([moved, pause(50, 'waits')])).toBe('waits');
    rmSync(lock);
    expect(await moved).toBe('moved');
    // A process id that nobody has.
    const staged = await stageMove(branch, first);
    const left = join(folder, 'zonewright/branch-4194305-x');
    writeFileSync(left, `${first}\n`);
    await lockReference(folder, 'refs/heads/main', { ...staged, path: left });
    expect(existsSync(lock)).toBe(true);
    expect(await moveBranch(branch, first, staged)).toBe('moved');
    expect(readdirSync(join(folder, 'zonewright'))).toEqual([]);
    expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });

  it('is left with one name for its file where a process was killed just after the move', async () => {
    const { folder, git, open, first } = await withCommits();
    expect(await moveBranch(await open('main'), undefined, first)).toBe('moved');
    const staging = join(folder, 'zonewright');
    const [moved, locked] = ['branch-4194305-x', 'branch-4194306-x'].map((name) => join(staging, name)) as [
      string,
      string,
    ];
    linkSync(join(folder, 'refs/heads/main'), moved);
    writeFileSync(locked, `${first}\n`);
    linkSync(locked, join(folder, 'refs/heads/other.lock'));
    for (const path of [moved, locked]) utimesSync(path, 1, 1);
    await open('main');
    // The file behind a lock stays, for whoever meets the lock has to see whose it is.
    expect(readdirSync(staging)).toEqual(['branch-4194306-x']);
    expect(git('rev-parse', 'main')).toBe(first);
  });
});

describe('names', () => {
  it('of branches are those that git takes, and never an option', () => {
    const { git } = scratchRepository('--bare');
    const bad = ['', '-x', '--help', 'HEAD', '@', 'a..b', 'a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[', 'a\\b', 'a@{1}'];
    bad.push('/a', 'a/', 'a//b', '.a', 'a/.b', 'a.lock', 'a.lock/b', 'a.', 'a\nb', 'a\0b', 'a\x7f', 'x'.repeat(300));
    for (const name of bad) expect([name, isBranchName(name)]).toEqual([name, false]);
    for (const name of ['main', 'a/b', 'ü', 'a-b', 'a.b', '@a', 'release/2026.1', "it's", '$x', '`x`', ';x']) {
      expect(isBranchName(name)).toBe(true);
      expect(git('check-ref-format', '--branch', name)).toBe(name);
    }
  });

  it('of files never leave the repository, steer git or hide', () => {
    const bad = [
      '',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      'a/../b',
      '../a',
      './a',
      '.git',
      'a/.git/config',
      '.GIT/x',
      'GIT~1',
    ];
    bad.push(
      '.gitmodules',
      '.gitattributes',
      'a\\b',
      'a\0b',
      'a\nb',
      'a\x7fb',
      '.g\u200cit/x',
      '\ud800',
      'x'.repeat(256),
    );
    bad.push(`${'x/'.repeat(2000)}x`);
    for (const path of bad) expect([path, pathFault(path)]).not.toEqual([path, undefined]);
    for (const path of ['a', 'zones/00/example.org.yaml', 'a b', '-rf', 'ü', '...', 'a.git', '__proto__', '$(x)']) {
      expect([path, pathFault(path)]).toEqual([path, undefined]);
    }
  });
});
