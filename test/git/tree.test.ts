import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BlobReader } from '../../src/git/blobs.ts';
import { openBlobs, readBlobSync } from '../../src/git/blobs.ts';
import type { Repository } from '../../src/git/repository.ts';
import { openRepository, resolveCommit } from '../../src/git/repository.ts';
import { listTree } from '../../src/git/tree.ts';
import { scratchRepository } from './scratch-repository.ts';

async function open(folder: string): Promise<Repository> {
  return (await openRepository(folder))!;
}

function blobsOf(repository: Repository): BlobReader {
  const reader = openBlobs(repository);
  onTestFinished(() => reader.close());
  return reader;
}

describe('trees', () => {
  it('list files, links and submodules below the paths, from the folder asked about', async () => {
    const repository = scratchRepository();
    repository.write({ 'dns/zones/a/x.yaml': '1', 'dns/zonesque': '1', 'dns/config': '1' });
    symlinkSync('x.yaml', join(repository.folder, 'dns/zones/a/link.yaml'));
    repository.commit(1);
    const opened = await open(join(repository.folder, 'dns'));
    const commit = await resolveCommit(opened, 'HEAD');
    const blob = (path: string): string => repository.git('rev-parse', `HEAD:${path}`);
    expect(await listTree(opened, commit, ['zones', 'config', 'none'])).toEqual([
      { path: 'config', kind: 'file', blob: blob('dns/config') },
      { path: 'zones/a/link.yaml', kind: 'link', blob: blob('dns/zones/a/link.yaml') },
      { path: 'zones/a/x.yaml', kind: 'file', blob: blob('dns/zones/a/x.yaml') },
    ]);
  });
});

describe('blobs', () => {
  it('are read in any number, of any size and octets, up to a limit', async () => {
    const repository = scratchRepository();
    const big = 'big \0\n\xff'.repeat(50_000);
    repository.commit(1, { empty: '', small: 'x\n', big });
    const opened = await open(repository.folder);
    const reader = blobsOf(opened);
    const id = (path: string): string => repository.git('rev-parse', `HEAD:${path}`);
    const asked = ['small', 'big', 'empty', 'big', 'small'];
    const contents = await Promise.all(asked.map((path) => reader.read(id(path), 1_000_000)));
    expect(contents.map((content) => content?.toString('utf8'))).toEqual(['x\n', big, '', big, 'x\n']);
    expect(await reader.read(id('big'), 1000)).toBeUndefined();
    expect((await reader.read(id('small'), 2))?.toString()).toBe('x\n');
    expect(readBlobSync(opened, id('big'), 1_000_000)?.toString('utf8')).toBe(big);
    expect(readBlobSync(opened, id('big'), 10)).toBeUndefined();
  });

  it('that are missing are an error of their own reading only', async () => {
    const repository = scratchRepository();
    repository.commit(1, { a: 'x' });
    const opened = await open(repository.folder);
    const reader = blobsOf(opened);
    const missing = reader.read(`${'0'.repeat(39)}1`, 10);
    const there = reader.read(repository.git('rev-parse', 'HEAD:a'), 10);
    await expect(missing).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('lacks') });
    expect((await there)?.toString()).toBe('x');
  });

  it('that are asked for after a reader has closed are an error', async () => {
    const repository = scratchRepository();
    repository.commit(1, { a: 'x' });
    const reader = openBlobs(await open(repository.folder));
    reader.close();
    await expect(reader.read('0'.repeat(40), 10)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
