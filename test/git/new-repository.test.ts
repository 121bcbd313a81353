import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installHooks } from '../../src/git/hooks.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import { openRepository } from '../../src/git/repository.ts';
import type { BranchMove } from '../../src/git/watch.ts';
import { onBranchMoved } from '../../src/git/watch.ts';
import { scratchFolder, scratchRepository } from './scratch-repository.ts';

const main = { branch: 'main' };

describe('initRepository', () => {
  it('makes a bare repository in a folder that is not there, and leaves it as it is afterwards', async () => {
    const folder = join(scratchFolder(), 'a b', "it's");
    expect(await initRepository(folder, main)).toEqual({ folder, prefix: '', bare: true, shallow: false });
    const config = readFileSync(join(folder, 'config'), 'utf8');
    execFileSync('git', ['-C', folder, 'config', 'core.fsync', 'committed']);
    await initRepository(folder, main);
    expect(readFileSync(join(folder, 'config'), 'utf8')).toBe(config.replace('fsync = all', 'fsync = committed'));
    expect(readFileSync(join(folder, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
    expect(readdirSync(join(folder, 'hooks'))).toEqual([]);
  });

  it('goes on where a killed process left off', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'zonewright-unfinished'), '');
    mkdirSync(join(folder, 'objects'));
    await initRepository(folder, main);
    expect(existsSync(join(folder, 'zonewright-unfinished'))).toBe(false);
    expect((await openRepository(folder))?.bare).toBe(true);
  });

  it('makes the repository of somebody else safe for pushes', async () => {
    const { folder } = scratchRepository('--bare', '-b', 'master');
    await initRepository(folder, main);
    expect(readFileSync(join(folder, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
    expect(execFileSync('git', ['-C', folder, 'config', 'core.fsync']).toString()).toBe('all\n');
  });

  it('refuses what is no bare repository, and leaves it alone', async () => {
    const outer = scratchRepository();
    outer.write({ 'inner/file': 'x' });
    for (const [folder, message] of [
      [outer.folder, 'working tree'],
      [join(outer.folder, 'inner'), 'something else'],
      [join(outer.folder, 'inner/file'), 'is a file'],
      [join(outer.folder, '.git/refs'), 'something else'],
    ] as const) {
      await expect(initRepository(folder, main)).rejects.toThrow(message);
    }
    await expect(initRepository(join(outer.folder, 'new'), { branch: '--help' })).rejects.toThrow(
      'no name of a branch',
    );
    expect(readdirSync(outer.folder).sort()).toEqual(['.git', 'inner']);
  });

  it('lets nobody take away or rewrite what was deployed', async () => {
    const folder = join(scratchFolder(), 'served');
    await initRepository(folder, main);
    const clone = scratchRepository();
    clone.commit(1, { a: '1' });
    clone.commit(2, { a: '2' });
    clone.git('push', '-q', folder, 'main', 'main:feature');
    expect(() => clone.git('push', '-q', folder, '+main~1:main')).toThrow('non-fast-forward');
    expect(() => clone.git('push', '-q', folder, ':main')).toThrow('deletion of the current branch prohibited');
    clone.git('push', '-q', folder, ':feature');
  });
});

describe('hooks', () => {
  it('run the program with what git gives, and are replaced when it changes', async () => {
    const folder = join(scratchFolder(), 'served');
    const repository = await initRepository(folder, main);
    const clone = scratchRepository();
    const commit = clone.commit(1, { a: '1' });
    const heard = join(scratchFolder(), "it's $HOME `heard`");
    const program = (text: string): string[] => [process.execPath, '-e', text, '--', heard];
    await installHooks(repository, { 'pre-receive': program('console.error("no way"); process.exit(1)') });
    expect(() => clone.git('push', '-q', folder, 'main')).toThrow('no way');
    await installHooks(repository, {
      'pre-receive': program('0'),
      'post-receive': program('fs.writeFileSync(process.argv[1], fs.readFileSync(0))'),
    });
    clone.git('push', '-q', folder, 'main');
    expect(readFileSync(heard, 'utf8')).toBe(`${'0'.repeat(40)} ${commit} refs/heads/main\n`);
    expect(readdirSync(join(folder, 'hooks')).sort()).toEqual(['post-receive', 'pre-receive']);
  });

  it('of somebody else are never overwritten', async () => {
    const folder = join(scratchFolder(), 'served');
    const repository = await initRepository(folder, main);
    const hook = join(folder, 'hooks/post-receive');
    writeFileSync(hook, '#!/bin/sh\necho mine\n');
    chmodSync(hook, 0o755);
    const hooks = { 'pre-receive': ['true'], 'post-receive': ['zonewright', 'x y'] };
    const refused = await installHooks(repository, hooks).catch((error: unknown) => error);
    expect(refused).toMatchObject({ kind: 'refused', fix: "move it away, or let it end with: 'zonewright' 'x y'" });
    expect(readdirSync(join(folder, 'hooks'))).toEqual(['post-receive']);
    expect(readFileSync(hook, 'utf8')).toContain('mine');
    execFileSync('git', ['-C', folder, 'config', 'core.hooksPath', scratchFolder()]);
    await expect(installHooks(repository, hooks)).rejects.toThrow('core.hooksPath');
  });
});

describe('onBranchMoved', () => {
  it.each(['main', 'a/b/c'])('tells of every push to %s, also after git packed the branch', async (branch) => {
    const folder = join(scratchFolder(), 'served');
    const repository = await initRepository(folder, { branch });
    const clone = scratchRepository();
    const moves: BranchMove[] = [];
    let told = (): void => undefined;
    const watch = await onBranchMoved(repository, branch, (move) => {
      moves.push(move);
      told();
    });
    onTestFinished(() => watch.close());
    const commits: string[] = [];
    for (let i = 1; i <= 3; i++) {
      const move = new Promise<void>((resolve) => {
        told = resolve;
      });
      commits.push(clone.commit(i, { a: String(i) }));
      clone.git('push', '-q', folder, `main:refs/heads/${branch}`);
      await move;
      spawnSync('git', ['-C', folder, 'pack-refs', '--all']);
    }
    expect(moves).toEqual(commits.map((to, i) => ({ from: commits[i - 1], to })));
  });
});
