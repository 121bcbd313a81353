import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CommitRequest, Committer } from '../../src/git/committer.ts';
import { openCommitter } from '../../src/git/committer.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import type { Remote } from '../../src/git/remote.ts';
import { readRemoteAddress } from '../../src/git/remote-url.ts';
import { httpRemote, silentRemote } from './http-remote.ts';
import type { ScratchRepository } from './scratch-repository.ts';
import { scratchFolder, scratchRepository } from './scratch-repository.ts';

const person = { name: 'A', email: 'a@example.org' };

function addLine(path: string, line: string): CommitRequest<string> {
  return {
    author: person,
    apply: async (files) => ({
      kind: 'change',
      files: [{ kind: 'put', path, content: `${(await files.read(path)) ?? ''}${line}\n` }],
      message: { subject: `add ${line}` },
    }),
  };
}

/** A committer with a repository of its own that pushes to an address. */
async function pushingTo(address: string, options: Partial<Remote> & { patience?: number } = {}): Promise<Committer> {
  const repository = await initRepository(join(scratchFolder(), 'mirror'), { branch: 'main' });
  const { patience = 30_000, ...limits } = options;
  const remote = { ...readRemoteAddress(address), branch: 'main', ...limits };
  const now = () => Math.floor(Date.now() / 1000);
  const committer = await openCommitter(repository, { branch: 'main', committer: person, now, remote, patience });
  onTestFinished(() => committer.close());
  return committer;
}

function hook(origin: ScratchRepository, name: string, script: string): void {
  const file = join(origin.folder, 'hooks', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const committerOf = (name: string): Record<string, string> => ({
  GIT_AUTHOR_NAME: name,
  GIT_AUTHOR_EMAIL: 'p@example.org',
  GIT_COMMITTER_NAME: name,
  GIT_COMMITTER_EMAIL: 'p@example.org',
});

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('a remote', () => {
  it('that refuses one commit of many refuses only that one, in its own words', async () => {
    const origin = scratchRepository('--bare');
    hook(
      origin,
      'pre-receive',
      'read o n r; git log --format=%s $n | grep -q bad && echo "no bad words" && exit 1; exit 0',
    );
    const committer = await pushingTo(origin.folder);
    await committer.commit(addLine('zone', 'first'));
    const lines = ['a', 'b', 'bad', 'c', 'd'];
    const outcomes = await Promise.allSettled(lines.map((line) => committer.commit(addLine('zone', line))));
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled')).toEqual([true, true, false, true, true]);
    expect(outcomes[2]).toMatchObject({
      reason: { kind: 'refused', message: expect.stringContaining('no bad words') },
    });
    expect(origin.git('show', 'main:zone').split('\n').sort()).toEqual(['a', 'b', 'c', 'd', 'first']);
  });

  it('that says nothing costs the time that was agreed on, and no secret', async () => {
    const address = (await silentRemote()).replace('//', '//robot:s3cret@');
    const committer = await pushingTo(address, { timeout: 300, wholeTimeout: 300 });
    const started = Date.now();
    const reasons = await Promise.all([reasonOf(committer.commit(addLine('a', 'x'))), reasonOf(committer.sync())]);
    expect(Date.now() - started).toBeLessThan(10_000);
    for (const reason of reasons) {
      expect(reason).toMatchObject({ name: 'GitError', kind: 'unavailable' });
      expect(JSON.stringify([reason, String(reason), (reason as Error).stack])).not.toMatch(/s3cret|robot/);
    }
    expect((await committer.head()).commit).toBeUndefined();
  });

  it('that took the commit and never said so is looked at: the commit counts', async () => {
    const origin = scratchRepository('--bare');
    hook(origin, 'post-receive', 'exec sleep 20');
    const committer = await pushingTo(origin.folder, { timeout: 2000 });
    const outcome = await committer.commit(addLine('zone', 'x'));
    expect(outcome).toMatchObject({ kind: 'committed', commit: origin.git('rev-parse', 'main') });
    expect((await committer.head()).commit).toBe(origin.git('rev-parse', 'main'));
  });

  it('that did not take the commit in time lets the caller send it again', async () => {
    const origin = scratchRepository('--bare');
    const committer = await pushingTo(origin.folder, { timeout: 2000 });
    await committer.commit(addLine('zone', 'x'));
    hook(origin, 'pre-receive', 'exec sleep 20');
    expect(await reasonOf(committer.commit(addLine('zone', 'y')))).toMatchObject({ kind: 'again' });
    hook(origin, 'pre-receive', 'exit 0');
    expect((await committer.commit(addLine('zone', 'y'))).kind).toBe('committed');
    expect(origin.git('show', 'main:zone')).toBe('x\ny');
  });

  it('whose branch is gone is not given it back', async () => {
    const origin = scratchRepository('--bare');
    const committer = await pushingTo(origin.folder);
    await committer.commit(addLine('zone', 'x'));
    origin.git('update-ref', '-d', 'refs/heads/main');
    expect(await reasonOf(committer.commit(addLine('zone', 'y')))).toMatchObject({
      kind: 'refused',
      message: 'the remote has no branch main any more',
    });
    expect(origin.git('for-each-ref')).toBe('');
  });

  it('that somebody pushes to without a pause takes our commits too, and loses none of theirs', async () => {
    const origin = scratchRepository('--bare');
    // On a busy machine one round of the race takes a second, and who wins it is luck.
    const committer = await pushingTo(origin.folder, { patience: 120_000 });
    await committer.commit(addLine('ours', 'first'));
    const clone = scratchRepository();
    clone.git('pull', '-q', origin.folder, 'main');
    const loop = `
      i=0; while [ ! -e .git/enough ]; do
        i=$((i+1)); echo x > theirs-$i; git add -A; git commit -qm $i
        until git pull -q --rebase "$0" main && git push -q "$0" HEAD:main; do :; done 2>/dev/null
        echo $i
      done`;
    const pusher = promisify(execFile)('sh', ['-c', loop, origin.folder], {
      cwd: clone.folder,
      env: { ...process.env, HOME: clone.folder, ...committerOf('P') },
    });
    let seen = 0;
    pusher.child.stdout?.on('data', (text: string) => {
      seen = Number(text.trim().split('\n').at(-1));
    });
    let ours = 0;
    try {
      for (; ours < 5 || seen < 5; ours++) {
        // Whoever of the two has had enough lets the other one go on: on a busy machine one push takes long.
        if (ours >= 5) await once(pusher.child.stdout as Readable, 'data');
        expect((await committer.commit(addLine('ours', String(ours)))).kind).toBe('committed');
      }
    } finally {
      // Also where something failed: the loop ends with the test.
      writeFileSync(join(clone.folder, '.git/enough'), '');
    }
    const pushed = Number((await pusher).stdout.trim().split('\n').at(-1));
    expect(origin.git('show', 'main:ours').split('\n')).toHaveLength(1 + ours);
    expect(pushed).toBeGreaterThanOrEqual(5);
    const theirs = origin
      .git('ls-tree', '--name-only', 'main')
      .split('\n')
      .filter((name) => name.startsWith('theirs'));
    expect(theirs).toHaveLength(pushed);
  });

  it('is written by two servers at once, and each change is there once', async () => {
    const origin = scratchRepository('--bare');
    const servers = await Promise.all([pushingTo(origin.folder), pushingTo(origin.folder)]);
    const outcomes = await Promise.all(
      servers.flatMap((server, s) => Array.from({ length: 20 }, (_, i) => server.commit(addLine('zone', `${s}-${i}`)))),
    );
    expect(outcomes.every((outcome) => outcome.kind === 'committed')).toBe(true);
    const lines = origin.git('show', 'main:zone').split('\n');
    expect(new Set(lines).size).toBe(40);
    expect(lines).toHaveLength(40);
    expect(origin.git('rev-list', '--merges', 'main')).toBe('');
  });

  it('over HTTP gets the credentials, and refuses wrong ones without showing them', async () => {
    const origin = scratchRepository('--bare');
    origin.git('config', 'http.receivepack', 'true');
    const address = await httpRemote(origin.folder, 'robot', 's3cret');
    const right = await pushingTo(address.replace('//', '//robot:s3cret@'));
    expect((await right.commit(addLine('zone', 'x'))).kind).toBe('committed');
    await right.sync();
    expect(origin.git('show', 'main:zone')).toBe('x');
    const wrong = await pushingTo(address.replace('//', '//robot:gu3ss@'));
    const reason = await reasonOf(wrong.commit(addLine('zone', 'x')));
    expect(reason).toMatchObject({ kind: 'unavailable' });
    expect(`${reason} ${(reason as Error).stack}`).not.toMatch(/gu3ss|cm9ib3Q6/);
  });
});
