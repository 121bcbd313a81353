import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CommitRequest, Committer } from '../../src/git/committer.ts';
import { openCommitter } from '../../src/git/committer.ts';
import { openRepository } from '../../src/git/repository.ts';
import { scratchFolder, scratchRepository } from './scratch-repository.ts';

const person = { name: 'A', email: 'a@example.org' };

async function committerOf(folder: string, remote?: string): Promise<Committer> {
  const options = { branch: 'main', committer: person, now: () => Math.floor(Date.now() / 1000), journal: true };
  const target = remote === undefined ? {} : { remote: { url: remote, credentials: undefined, branch: 'main' } };
  const committer = await openCommitter((await openRepository(folder))!, { ...options, ...target });
  onTestFinished(() => committer.close());
  return committer;
}

/** Adds a line to a file: what is there before must never be lost. */
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

const run = promisify(execFile);

async function gitIn(folder: string, ...args: string[]): Promise<void> {
  await run('git', ['-C', folder, '-c', 'user.name=P', '-c', 'user.email=p@example.org', ...args]);
}

describe('a committer', () => {
  it('makes one commit of each of many requests at once, and refuses only what is refused', async () => {
    const { folder, git } = scratchRepository('--bare');
    const committer = await committerOf(folder);
    const refused = { author: person, apply: async () => ({ kind: 'refused' as const, refusal: 'no' }) };
    const [no, ...outcomes] = await Promise.all([
      committer.commit(refused),
      ...Array.from({ length: 100 }, (_, i) => committer.commit(addLine(`zones/${i % 7}.yaml`, String(i)))),
    ]);
    expect(no).toEqual({ kind: 'refused', refusal: 'no' });
    const ids = outcomes.map((outcome) => (outcome.kind === 'committed' ? outcome.commit : outcome.kind));
    expect(git('rev-list', '--reverse', 'main').split('\n')).toEqual(ids);
    expect(git('show', 'main:zones/1.yaml').split('\n')).toEqual([
      '1',
      '8',
      '15',
      '22',
      '29',
      '36',
      '43',
      '50',
      '57',
      '64',
      '71',
      '78',
      '85',
      '92',
      '99',
    ]);
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
  });

  it.each(['sha1', 'sha256'])('keeps the number of packs small while it writes, with ids of %s', async (format) => {
    const { folder, git } = scratchRepository('--bare', `--object-format=${format}`);
    const committer = await committerOf(folder);
    const commits: string[] = [];
    for (let i = 0; i < 150; i++) {
      const outcome = await committer.commit(addLine(`zones/${i % 5}`, String(i)));
      if (outcome.kind === 'committed') commits.push(outcome.commit);
    }
    await committer.close();
    const packs = readdirSync(join(folder, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    expect(packs.length).toBeLessThan(100);
    expect(git('rev-list', '--reverse', 'main').split('\n')).toEqual(commits);
    expect(commits).toHaveLength(150);
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
  });

  it.each(['the server itself', 'a remote'])('loses nothing while people push to %s', async (kind) => {
    const origin = scratchRepository('--bare');
    const mirror = kind === 'a remote' ? scratchRepository('--bare').folder : origin.folder;
    const committer = await committerOf(mirror, kind === 'a remote' ? origin.folder : undefined);
    await committer.commit(addLine('shared', 'first'));
    const clone = join(scratchFolder(), 'clone');
    origin.git('clone', '-q', origin.folder, clone);
    const count = 60;
    let done = 0;
    const writers = Array.from({ length: 4 }, async (_, w) => {
      for (let i = 0; i < count / 4; i++) {
        expect((await committer.commit(addLine('shared', `w${w}-${i}`))).kind).toBe('committed');
        done++;
      }
    });
    let pushed = 0;
    // A remote is pushed to now and then: one that is pushed to without a pause can outrun a committer's attempts.
    const pushes = kind === 'a remote' ? 5 : Infinity;
    for (let tried = 0; done < count && tried < pushes; tried++) {
      writeFileSync(join(clone, `p${pushed}`), 'x');
      await gitIn(clone, 'add', '-A');
      await gitIn(clone, 'commit', '-qm', `p${pushed}`);
      try {
        await gitIn(clone, 'pull', '-q', '--rebase');
        await gitIn(clone, 'push', '-q');
        pushed++;
      } catch {
        await gitIn(clone, 'reset', '-q', '--soft', 'HEAD~1');
      }
    }
    await Promise.all(writers);
    const files = origin.git('ls-tree', '--name-only', 'main').split('\n');
    expect(files.filter((name) => /^p\d/.test(name)).length).toBeGreaterThanOrEqual(pushed);
    expect(origin.git('show', 'main:shared').split('\n')).toHaveLength(count + 1);
    expect(origin.git('rev-list', '--merges', 'main')).toBe('');
    expect(origin.git('fsck', '--strict', '--no-dangling')).toBe('');
  });
});
