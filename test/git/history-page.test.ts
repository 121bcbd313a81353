import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Committer } from '../../src/git/committer.ts';
import { openCommitter } from '../../src/git/committer.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import { writeCommitGraph } from '../../src/git/upkeep.ts';
import { gitIn, scratchFolder } from './scratch-repository.ts';

const person = { name: 'Ada', email: 'ada@example.org' };

async function served(): Promise<{ folder: string; committer: Committer }> {
  const folder = join(scratchFolder(), 'served');
  let now = 100;
  const committer = await openCommitter(await initRepository(folder, { branch: 'main' }), {
    branch: 'main',
    committer: { name: 'zonewright', email: 'z@example.org' },
    now: () => now++,
    applyTimeout: 200,
  });
  onTestFinished(() => committer.close());
  return { folder, committer };
}

async function put(committer: Committer, path: string, content: string, subject = content): Promise<string> {
  const outcome = await committer.commit({
    author: person,
    apply: async () => ({
      kind: 'change',
      files: [{ kind: 'put', path, content }],
      message: { subject, body: 'Because.', trailers: [{ key: 'Request-Id', value: `r-${content}` }] },
    }),
  });
  if (outcome.kind !== 'committed') throw new Error(outcome.kind);
  return outcome.commit;
}

describe('the history of a branch', () => {
  it('is paged for one file and for all, newest first, with who, when, why and what', async () => {
    const { folder, committer } = await served();
    expect(await committer.history({ limit: 10 })).toEqual({ steps: [], next: undefined });
    const ours: string[] = [];
    for (let i = 0; i < 5; i++) {
      ours.unshift(await put(committer, 'zones/a.yaml', String(i)));
      await put(committer, 'zones/b.yaml', String(i));
    }
    for (const graph of [false, true]) {
      if (graph) await writeCommitGraph(folder);
      const question = { paths: ['zones/a.yaml'], limit: 2 };
      const first = await committer.history(question);
      const second = await committer.history({ ...question, after: first.next! });
      const third = await committer.history({ ...question, after: second.next! });
      const pages = [first, second, third];
      expect(pages.flatMap((page) => page.steps.map((step) => step.commit))).toEqual(ours);
      expect(third.next).toBeUndefined();
      expect(first.steps[0]).toMatchObject({
        author: { ...person, time: 108 },
        committer: { name: 'zonewright', email: 'z@example.org', time: 108 },
        subject: '4',
        body: 'Because.',
        trailers: [{ key: 'Request-Id', value: 'r-4' }],
        changes: [{ path: 'zones/a.yaml', before: { kind: 'file' }, after: { kind: 'file' } }],
      });
      expect(third.steps[0]?.changes[0]?.before).toBeUndefined();
    }
    const all = await committer.history({ limit: 3 });
    expect(all.steps.map((step) => step.changes.map((change) => change.path))).toEqual([
      ['zones/b.yaml'],
      ['zones/a.yaml'],
      ['zones/b.yaml'],
    ]);
    expect((await committer.history({ limit: 100, after: all.next! })).steps).toHaveLength(7);
    expect((await committer.history({ paths: ['zones/*', ':(glob)**'], limit: 9 })).steps).toEqual([]);
    expect(await (await committer.at(ours[3]!)).read('zones/a.yaml')).toBe('1');
    expect(await (await committer.at(ours[3]!)).read('zones/b.yaml')).toBe('0');
  });

  it('shows only what the branch holds, and takes nothing for an option or another word', async () => {
    const { folder, committer } = await served();
    const commit = await put(committer, 'a', '1');
    const git = gitIn(folder);
    const foreign = git('commit-tree', '-m', 'x', `${commit}^{tree}`);
    for (const name of [foreign, 'main', 'HEAD', '--all', '-1', `${commit}^{tree}`, commit.slice(0, 10), '', 'a\0b']) {
      await expect(committer.at(name)).rejects.toMatchObject({ kind: 'refused' });
      await expect(committer.history({ limit: 1, after: name })).rejects.toMatchObject({ kind: 'refused' });
    }
  });
});

describe('a committer', () => {
  it('ends a request that never does, and only that one', async () => {
    const { committer } = await served();
    const endless = committer.commit({ author: person, apply: () => new Promise(() => undefined) });
    const [fault] = await Promise.all([endless.catch((error: unknown) => error), put(committer, 'a', '1')]);
    expect(fault).toMatchObject({ name: 'GitError', message: expect.stringContaining('0.2 s') });
    expect((await committer.history({ limit: 9 })).steps).toHaveLength(1);
  });

  it('writes down sound commits whatever people are called and say', async () => {
    const { folder, committer } = await served();
    const hostile = [
      'a\nparent 0\n',
      '<x>',
      '-c',
      '--help',
      '\0',
      '',
      ' ',
      '\u202e',
      '\ud800',
      '"',
      'x'.repeat(100_000),
    ];
    for (const [i, text] of hostile.entries()) {
      const outcome = await committer.commit({
        author: { name: text, email: text },
        apply: async () => ({
          kind: 'change',
          files: [{ kind: 'put', path: `f${i}`, content: text }],
          message: { subject: text, body: `${text}\n\nForged: ${text}`, trailers: [{ key: 'Real', value: text }] },
        }),
      });
      expect(outcome.kind).toBe('committed');
    }
    const { steps } = await committer.history({ limit: 100 });
    expect(steps).toHaveLength(hostile.length);
    for (const step of steps) {
      expect(step.trailers.map((trailer) => trailer.key)).toEqual(['Real']);
      expect(`${step.author.name}${step.author.email}`).not.toMatch(/[\0-\x1f<>]/);
      expect(step.subject).not.toMatch(/[\0-\x1f]/);
    }
    expect(gitIn(folder)('fsck', '--strict', '--no-dangling')).toBe('');
    for (const path of ['../x', '.git/config', 'a\0b', '/etc/passwd']) {
      const files = [{ kind: 'put' as const, path, content: 'x' }];
      const apply = async () => ({ kind: 'change' as const, files, message: { subject: 'x' } });
      expect(await committer.commit({ author: person, apply })).toMatchObject({ kind: 'conflict', path });
    }
  });
});
