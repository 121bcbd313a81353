import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCommit } from '../../../src/compile/source/commit-tree.ts';
import { openFollowedTree } from '../../../src/compile/source/followed-tree.ts';
import { openLastingBlobs } from '../../../src/git/lasting-blobs.ts';
import { type Commit, openRepository, type Repository, resolveCommit } from '../../../src/git/repository.ts';
import { git, scratch } from '../../setup/program.ts';

const paths = ['zones/a.example.yaml', 'zones/b.example.yaml', 'zones/c.example.yaml'];

/** A repository whose zones have one and the same document, as those have that are only parked. */
async function parked(): Promise<{ folder: string; repository: Repository; commit: Commit }> {
  const folder = scratch();
  git(folder, 'init', '-q');
  mkdirSync(join(folder, 'zones'));
  for (const path of paths) writeFileSync(join(folder, path), 'records: {}\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'zones');
  const repository = (await openRepository(folder)) as Repository;
  return { folder, repository, commit: await resolveCommit(repository, 'HEAD') };
}

const textOf = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes).toString();

it('reads files of one content without asking git for each, once they were fetched', async () => {
  const { folder, repository, commit } = await parked();
  const tree = await openCommit(repository, commit);
  await tree.prefetch(paths);
  tree.close();
  // Whoever asked git now would find nothing.
  renameSync(folder, `${folder}.gone`);
  expect(paths.map((path) => textOf(tree.read(path)))).toEqual(Array(3).fill('records: {}\n'));
  renameSync(`${folder}.gone`, folder);
});

it('does so where commits are followed, and forgets what was read', async () => {
  const { folder, repository, commit } = await parked();
  const blobs = openLastingBlobs(repository);
  const treeId = git(folder, 'rev-parse', 'HEAD^{tree}').trim();
  const tree = (await openFollowedTree(repository, blobs, commit, treeId))?.tree;
  await tree?.prefetch(paths);
  blobs.close();
  renameSync(folder, `${folder}.gone`);
  expect(paths.map((path) => textOf(tree?.read(path) as never))).toEqual(Array(3).fill('records: {}\n'));
  expect(() => tree?.read(paths[0] as string)).toThrow();
  renameSync(`${folder}.gone`, folder);
});
