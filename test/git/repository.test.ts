import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Repository } from '../../src/git/repository.ts';
import { changedFiles, headCommit, mergeBase, openRepository, resolveCommit } from '../../src/git/repository.ts';
import { scratchFolder, scratchRepository } from './scratch-repository.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function open(folder: string): Promise<Repository> {
  const repository = await openRepository(folder);
  if (repository === undefined) throw new Error(`no repository at ${folder}`);
  return repository;
}

describe('openRepository', () => {
  it('tells a plain folder from a repository', async () => {
    expect(await openRepository(scratchFolder())).toBeUndefined();
    const { folder } = scratchRepository();
    expect(await openRepository(folder)).toMatchObject({
      prefix: '',
      bare: false,
      shallow: false,
    });
  });

  it('knows where in the repository the folder lies', async () => {
    const { folder } = scratchRepository();
    mkdirSync(join(folder, 'dns', 'ümlaut "x"'), { recursive: true });
    expect((await open(join(folder, 'dns'))).prefix).toBe('dns/');
    expect((await open(join(folder, 'dns', 'ümlaut "x"'))).prefix).toBe('dns/ümlaut "x"/');
    mkdirSync(join(folder, 'new\nline'));
    expect((await open(join(folder, 'new\nline'))).prefix).toBe('new\nline/');
  });

  it('knows bare repositories, shallow clones and SHA-256', async () => {
    const { folder, commit, git } = scratchRepository();
    commit(1);
    commit(2);
    const clones = scratchFolder();
    git('clone', '-q', '--bare', folder, join(clones, 'bare'));
    git('clone', '-q', '--depth', '1', `file://${folder}`, join(clones, 'shallow'));
    expect(await open(join(clones, 'bare'))).toMatchObject({ bare: true, shallow: false });
    expect(await open(join(clones, 'shallow'))).toMatchObject({ bare: false, shallow: true });
    expect(await open(scratchRepository('--object-format=sha256').folder)).toMatchObject({ bare: false });
  });

  it('looks at the folder that it is asked about, not at the one of a hook that runs it', async () => {
    const asked = scratchRepository();
    asked.commit(5);
    vi.stubEnv('GIT_DIR', join(scratchRepository().folder, '.git'));
    vi.stubEnv('GIT_INDEX_FILE', 'index');
    expect((await headCommit(asked.folder))?.time).toBe(5);
  });

  it('says what to do where git is not installed', async () => {
    const { folder } = scratchRepository();
    vi.stubEnv('PATH', scratchFolder());
    await expect(openRepository(folder)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'the program git is not installed',
    });
    expect(await openRepository(scratchFolder())).toBeUndefined();
  });

  it('says what to do where git does not trust the folder', async () => {
    const { folder } = scratchRepository();
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
    await expect(openRepository(folder)).rejects.toMatchObject({
      kind: 'refused',
      fix: expect.stringContaining(`git config --global --add safe.directory '${folder}'`),
    });
  });
});

describe('commits', () => {
  it('are found by any revision, with the committer time', async () => {
    const repository = scratchRepository();
    const first = repository.commit(100);
    const second = repository.commit(50);
    repository.git('tag', '-a', '-m', 'annotated', 'v1', first);
    const opened = await open(repository.folder);
    expect(await headCommit(repository.folder)).toEqual({ id: second, time: 50 });
    for (const revision of [first, first.slice(0, 8), 'HEAD~1', 'v1', 'main^']) {
      expect(await resolveCommit(opened, revision)).toEqual({ id: first, time: 100 });
    }
  });

  it('do not exist in an empty repository', async () => {
    expect(await headCommit(scratchRepository().folder)).toBeUndefined();
  });

  it('are not named by options, ranges, other objects or nonsense', async () => {
    const repository = scratchRepository();
    repository.commit(1, { a: 'x' });
    repository.commit(2);
    const opened = await open(repository.folder);
    const revisions = [
      '',
      '--all',
      '-1',
      '--output=x',
      'HEAD:a',
      'HEAD~1..HEAD',
      '^HEAD',
      'nope',
      'a b',
      'HEAD\nHEAD',
      '\0',
    ];
    for (const revision of revisions) {
      await expect(resolveCommit(opened, revision), revision).rejects.toMatchObject({ kind: 'refused' });
    }
  });

  it('have a merge base', async () => {
    const repository = scratchRepository();
    const base = repository.commit(1);
    repository.git('checkout', '-q', '-b', 'side');
    const side = repository.commit(2);
    repository.git('checkout', '-q', 'main');
    const main = repository.commit(3);
    repository.git('checkout', '-q', '--orphan', 'other');
    const other = repository.commit(4);
    const opened = await open(repository.folder);
    expect(await mergeBase(opened, { id: side, time: 2 }, { id: main, time: 3 })).toEqual({ id: base, time: 1 });
    expect(await mergeBase(opened, { id: other, time: 4 }, { id: main, time: 3 })).toBeUndefined();
  });
});

describe('changedFiles', () => {
  it('are all that differ from the commit, below the paths only', async () => {
    const repository = scratchRepository();
    const files = ['same', 'changed', 'removed', 'staged'].map((name) => [`dns/zones/${name}`, 'x\n']);
    repository.commit(1, { ...Object.fromEntries(files), '.gitignore': 'ignored\n', 'other/x': 'x' });
    repository.write({ 'dns/zones/changed': 'y', 'dns/zones/removed': undefined, 'dns/zones/staged': 'y' });
    repository.git('add', 'dns/zones/staged');
    repository.write({ 'dns/zones/new "ü"/a b': 'x', 'dns/zones/ignored': 'x', 'other/x': 'y', 'dns/else': 'y' });
    expect((await changedFiles(join(repository.folder, 'dns'), ['zones', 'config'])).sort()).toEqual(
      ['changed', 'ignored', 'new "ü"/a b', 'removed', 'staged'].map((name) => `dns/zones/${name}`).sort(),
    );
  });

  it('are not those whose line ends differ by configuration', async () => {
    const repository = scratchRepository();
    repository.commit(1, { '.gitattributes': '* text eol=crlf\n', a: 'x\n' });
    repository.write({ a: undefined });
    repository.git('checkout', '-q', 'a');
    expect(readFileSync(join(repository.folder, 'a'), 'utf8')).toBe('x\r\n');
    expect(await changedFiles(repository.folder, ['a'])).toEqual([]);
  });
});
