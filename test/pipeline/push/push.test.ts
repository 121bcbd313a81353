import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initRepository } from '../../../src/git/new-repository.ts';
import { installPushHooks } from '../../../src/pipeline/push/install.ts';
import { isOpenReference, readPushed } from '../../../src/pipeline/push/pushed.ts';
import { openState } from '../../../src/state/state.ts';
import { git, MAIN, put, scratch } from '../../setup/program.ts';

const ZONE = 'records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: 192.0.2.1 }\n';

/** A served repository with its hooks, and a clone of it in which people work. */
async function served({ remote }: { remote?: string } = {}) {
  const folder = scratch();
  const state = join(folder, 'the state; of $HOME');
  mkdirSync(state);
  const repository = await initRepository(join(folder, 'served.git'), { branch: 'main' });
  await installPushHooks(repository, { program: [process.execPath, MAIN], branch: 'main', state, remote });
  const work = join(folder, 'work');
  git(folder, 'init', '-q', work);
  git(work, 'remote', 'add', 'origin', repository.folder);
  const push = (...args: string[]) => {
    const { status, stderr } = spawnSync('git', ['push', '--quiet', 'origin', ...args], {
      cwd: work,
      encoding: 'utf8',
    });
    return { pushed: status === 0, said: stderr.replace(/^remote: ?/gm, '').replace(/[ \t]+$/gm, '') };
  };
  const commit = (files: Record<string, string>): string => {
    for (const [path, text] of Object.entries(files)) put(work, path, text);
    git(work, 'add', '-A');
    git(work, 'commit', '-qm', 'change', '--allow-empty');
    return git(work, 'rev-parse', 'HEAD').trim();
  };
  const head = (branch = 'main') =>
    git(repository.folder, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`).trim();
  return { repository, state, work, push, commit, head };
}

describe('a push', () => {
  it('to the deployed branch is told what it changes, and who takes it up', async () => {
    const { push, commit, head, state } = await served();
    const first = commit({ 'zones/example.com.yaml': ZONE });
    const { pushed, said } = push('HEAD:main');
    expect({ pushed, said }).toMatchObject({
      pushed: true,
      said: expect.stringContaining('zonewright: 1 zone changes: '),
    });
    expect(said).toContain(`main is at ${first.slice(0, 12)}; no server runs, the next one to start takes it up`);
    expect(head()).toBe(first);
    const opened = await openState({ folder: state });
    const lock = opened.claim();
    commit({ 'zones/example.com.yaml': ZONE.replace('192.0.2.1', '192.0.2.7') });
    expect(push('HEAD:main').said).toMatch(/0 records to delete, 1 to change[\s\S]*which the server takes up now/);
    lock.release();
    await opened.close();
  });

  it('that deletes much is told that the release will wait, and what for', async () => {
    const { push, commit } = await served();
    const many = Array.from({ length: 30 }, (_, i) => `  n${i}: { A: 192.0.2.${i} }\n`).join('');
    commit({ 'zones/example.com.yaml': ZONE + many });
    push('HEAD:main');
    commit({ 'zones/example.com.yaml': ZONE });
    expect(push('HEAD:main')).toMatchObject({
      pushed: true,
      said: expect.stringMatching(
        /the release will wait: 30 of \d+ records of example\.com\. are deleted\n.*"allow_deletes": true.*revert/,
      ),
    });
  });

  it('of zones that break rules is refused with the very line, and leaves nothing behind', async () => {
    const { push, commit, head, repository } = await served();
    const first = commit({ 'zones/example.com.yaml': ZONE });
    push('HEAD:main');
    const broken = commit({
      'zones/example.com.yaml': ZONE.replace('192.0.2.1', '192.0.2.256'),
      'zones/example.org.yaml': 'records: { "@": { NS: ns1.example.net. }, a: { CNAME: b, A: 192.0.2.1 } }\n',
    });
    const { pushed, said } = push('HEAD:main');
    expect(pushed).toBe(false);
    expect(said).toContain('zones/example.com.yaml:3:13: error ipv4-syntax');
    expect(said).toContain('    3 |   www: { A: 192.0.2.256 }\n      |             ^^^^^^^^^^^');
    expect(said).toMatch(/zones\/example\.org\.yaml:1:\d+: error cname-/);
    expect(said).toMatch(/zonewright: main stays as it is: \d errors/);
    expect(head()).toBe(first);
    expect(spawnSync('git', ['cat-file', '-e', broken], { cwd: repository.folder }).status).not.toBe(0);
    commit({ 'zones/example.com.yaml': ZONE, 'zones/example.org.yaml': ZONE });
    expect(push('HEAD:main').pushed).toBe(true);
  });

  it('is not to blame for errors elsewhere, and shows no more than can be read', async () => {
    const { push, commit, repository, work } = await served();
    commit({ 'zones/example.com.yaml': ZONE, 'zones/bad.example.yaml': `${ZONE}  x: { A: nonsense }\n` });
    // As it would be there from before the hooks.
    git(
      work,
      'push',
      '-q',
      '--receive-pack=git -c core.hooksPath=/nonexistent receive-pack',
      repository.folder,
      'HEAD:main',
    );
    commit({ 'zones/example.com.yaml': ZONE.replace('192.0.2.1', '192.0.2.7') });
    const { pushed, said } = push('HEAD:main');
    expect({ pushed, said }).toMatchObject({
      pushed: true,
      said: expect.stringContaining('were there before stop a release: 1'),
    });
    const many = Array.from({ length: 300 }, (_, i) => `  n${i}: { A: "bad ${i}" }\n`).join('');
    commit({ 'zones/example.com.yaml': ZONE + many });
    const refused = push('HEAD:main');
    expect(refused.pushed).toBe(false);
    expect(refused.said.split('\n').length).toBeLessThan(400);
  });

  it('that goes back, or takes the branch away, is refused', async () => {
    const { push, commit, head, work } = await served();
    commit({ 'zones/example.com.yaml': ZONE });
    push('HEAD:main');
    const second = commit({ 'zones/example.org.yaml': ZONE });
    push('HEAD:main');
    expect(push(':main')).toMatchObject({ pushed: false, said: expect.stringContaining('cannot be deleted') });
    expect(push('--force', 'HEAD~1:main')).toMatchObject({ pushed: false });
    git(work, 'checkout', '-q', '--orphan', 'other');
    commit({ 'zones/example.net.yaml': ZONE });
    expect(push('--force', 'HEAD:main')).toMatchObject({
      pushed: false,
      said: expect.stringContaining('only goes forward'),
    });
    expect(head()).toBe(second);
  });

  it('to another branch is nobody’s business, whatever is in it', async () => {
    const { push, commit, head } = await served();
    const broken = commit({ 'zones/example.com.yaml': 'records: [' });
    expect(push('HEAD:refs/heads/feature/x')).toEqual({ pushed: true, said: '' });
    expect(head('feature/x')).toBe(broken);
    expect(push('HEAD:refs/tags/v1').pushed).toBe(true);
  });

  it('of a name that is an option, a path or our own is refused', async () => {
    const { push, commit } = await served();
    commit({ 'zones/example.com.yaml': ZONE });
    for (const ref of [
      'refs/heads/--upload-pack=x',
      'refs/zonewright/remote/main',
      'refs/heads/-main',
      'refs/zonewright/x',
    ]) {
      expect(push(`HEAD:${ref}`), ref).toMatchObject({
        pushed: false,
        said: expect.stringContaining('cannot be pushed'),
      });
    }
    expect(push('HEAD:refs/heads/$(touch x)').said).not.toContain('fault');
  });

  it('past the remote that the repository follows is refused', async () => {
    const { push, commit } = await served({ remote: 'https://git.example.net/zones.git' });
    commit({ 'zones/example.com.yaml': ZONE });
    const { pushed, said } = push('HEAD:main');
    expect({ pushed, said }).toMatchObject({
      pushed: false,
      said: expect.stringContaining('main follows https://git.example.net/zones.git'),
    });
    expect(push('HEAD:proposals/x').pushed).toBe(true);
  });

  it('that meets another one loses nothing', async () => {
    const { push, commit, head, work, repository } = await served();
    commit({ 'zones/example.com.yaml': ZONE });
    push('HEAD:main');
    const base = git(work, 'rev-parse', 'HEAD').trim();
    const tips = ['a', 'b', 'c'].map((name) => {
      git(work, 'checkout', '-q', base);
      return commit({ [`zones/${name}.example.yaml`]: ZONE });
    });
    const statuses = await Promise.all(
      tips.map(
        (tip) =>
          new Promise<number | null>((done) => {
            spawn('git', ['push', '-q', 'origin', `${tip}:main`], { cwd: work, stdio: 'ignore' }).on('close', done);
          }),
      ),
    );
    expect(statuses.filter((status) => status === 0)).toHaveLength(1);
    expect(head()).toBe(tips[statuses.indexOf(0)]);
    git(repository.folder, 'fsck', '--strict');
  });

  it('is judged by what is pushed alone where the cache is damaged', async () => {
    const { push, commit, state } = await served();
    commit({ 'zones/example.com.yaml': ZONE });
    push('HEAD:main');
    mkdirSync(join(state, 'cache'), { recursive: true });
    writeFileSync(join(state, 'cache/commit'), 'zonewright cache 1 nonsense\n');
    commit({ 'zones/example.com.yaml': ZONE.replace('192.0.2.1', 'x') });
    expect(push('HEAD:main').pushed).toBe(false);
  });
});

describe('readPushed', () => {
  const id = 'a'.repeat(40);
  const none = '0'.repeat(40);

  it('reads what git says, and nothing else', () => {
    expect(readPushed(`${none} ${id} refs/heads/a b\n${id} ${none} refs/tags/x\nx y z\n\n`)).toEqual([
      { before: undefined, after: id, ref: 'refs/heads/a b' },
      { before: id, after: undefined, ref: 'refs/tags/x' },
    ]);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readPushed(text).length < 1e9));
  });

  it('never lets a branch through that git would take for an option', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => !isOpenReference(`refs/heads/-${name}`)));
  });
});
