import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveBranch, openBranch, readBranch } from '../../src/git/branch.ts';
import { changeTree } from '../../src/git/change.ts';
import { encodeCommit, parseCommit, parseMessage, printMessage } from '../../src/git/commit-object.ts';
import { newObject, SHA1 } from '../../src/git/object.ts';
import { openObjectStore } from '../../src/git/object-store.ts';
import { encodePack, storedStream } from '../../src/git/pack.ts';
import { putPack } from '../../src/git/pack-file.ts';
import { openRepository } from '../../src/git/repository.ts';
import { filesOf } from '../../src/git/snapshot.ts';
import { differingEntries } from '../../src/git/tree-difference.ts';
import { FILE, FOLDER, withEntries } from '../../src/git/tree-object.ts';
import { scratchRepository } from './scratch-repository.ts';

describe('objects that are read', () => {
  it('come from a git that is started again where it was let go of, and not behind the end', async () => {
    const { folder, git, commit } = scratchRepository();
    commit(1, { a: '1' });
    commit(2, { a: '2' });
    const [older, newer] = ['HEAD~:a', 'HEAD:a'].map((name) => git('rev-parse', name)) as [string, string];
    const store = openObjectStore((await openRepository(folder))!, SHA1);
    expect(String(await store.read('blob', older))).toBe('1');
    store.release();
    expect(String(await store.read('blob', newer))).toBe('2');
    store.close();
    // What was read before is known; who asks for more must not keep a process alive that is to end.
    expect(String(await store.read('blob', newer))).toBe('2');
    await expect(store.read('tree', git('rev-parse', 'HEAD^{tree}'))).rejects.toThrow('the repository was closed');
  });
});

describe('objects that are written', () => {
  it('are what git reads: commits over trees of any shape, and a branch at the last one', async () => {
    const scratch = scratchRepository('--bare');
    const repository = (await openRepository(scratch.folder))!;
    const branch = await openBranch(repository, 'main');
    const store = openObjectStore(repository, SHA1);
    const person = { name: 'A <b>\ntree x', email: 'a@example.org\n' };
    let tree = newObject(SHA1, 'tree', Buffer.alloc(0)).id;
    let head: string | undefined;
    const steps = [
      { put: ['a', 'a-b', 'a.b', 'z/a/x', 'z/a-b/x', 'z/a.b'], remove: [] },
      { put: ['z/a0', 'b/c/d'], remove: ['a'] },
      { put: ['z/a-b/y'], remove: ['z/a/x', 'b/c/d'] },
    ];
    const there = new Set<string>();
    for (const { put, remove } of steps) {
      const changes = [
        ...put.map((path) => ({ kind: 'put' as const, path, content: `in ${path}\n` })),
        ...remove.map((path) => ({ kind: 'delete' as const, path })),
      ];
      const changed = await changeTree(store, tree, changes);
      if (changed.kind !== 'tree') throw new Error(changed.message);
      for (const path of put) there.add(path);
      for (const path of remove) there.delete(path);
      const content = encodeCommit({
        tree: changed.tree,
        parents: head === undefined ? [] : [head],
        author: person,
        authorTime: 5,
        committer: person,
        committerTime: 5,
        message: printMessage({ subject: 'x\n\ny', trailers: [{ key: 'Request', value: '1\nForged: 2' }] }),
      });
      const commit = newObject(SHA1, 'commit', content);
      await putPack(branch.gitFolder, encodePack([...changed.objects, commit], SHA1));
      expect(await moveBranch(branch, head, commit.id)).toBe('moved');
      expect(await moveBranch(branch, head, commit.id)).toBe('lost');
      head = commit.id;
      tree = changed.tree;
      expect(scratch.git('ls-tree', '-r', '--name-only', 'main').split('\n').sort()).toEqual([...there].sort());
      expect(await filesOf(store, tree).read('z/a.b')).toBe('in z/a.b\n');
    }
    store.close();
    expect(await readBranch(branch)).toBe(head);
    expect(scratch.git('fsck', '--strict', '--full')).toBe('');
    expect(scratch.git('log', '-1', '--format=%an|%ae|%s|%(trailers)', 'main')).toBe(
      'A b tree x|a@example.org|x y|Request: 1 Forged: 2',
    );
    expect(await openRepository(join(scratch.folder, 'objects'))).toBeDefined();
  });
});

describe('octets that are stored as they are', () => {
  it.each([0, 1, 5551, 5552, 5553, 65_535, 65_536, 200_000])(
    'are a stream of zlib, as the library reads it: %i',
    (n) => {
      for (const content of [
        Buffer.alloc(n, 0xff),
        Buffer.from(Array.from({ length: n }, (_, i) => (i * 7919) & 255)),
      ]) {
        const stream = storedStream(content);
        expect(inflateSync(stream).equals(content)).toBe(true);
        // The checksum at the end is that of the library.
        expect(stream.subarray(-4)).toEqual(deflateSync(content).subarray(-4));
      }
    },
  );
});

describe('states of a folder', () => {
  const entry = fc.record({
    mode: fc.constantFrom(FILE, FOLDER, '120000'),
    id: fc.integer({ min: 0, max: 3 }).map((digit) => String(digit).repeat(40)),
  });
  const folder = fc.dictionary(fc.constantFrom('a', 'a-b', 'a.b', 'ab', 'b', 'z', 'é', '__proto__'), entry, {
    noNullPrototype: false,
  });
  const octetsOf = (entries: Record<string, { mode: string; id: string }>): Buffer =>
    withEntries(Buffer.alloc(0), new Map(Object.entries(entries)), SHA1.octets);

  it('differ by the names whose entries are not the same, whatever stands around them', () => {
    fc.assert(
      fc.property(folder, folder, fc.nat({ max: 60 }), fc.boolean(), (before, other, more, shorter) => {
        const after = shorter
          ? Object.fromEntries(
              Object.entries(before)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .slice(0, 2),
            )
          : other;
        // So many that more than one piece of octets is the same.
        const around = Object.fromEntries(
          Array.from({ length: more }, (_, i) => [`${'amz'[i % 3]}${i}`, { mode: FILE, id: 'f'.repeat(40) }]),
        );
        const found = differingEntries(
          octetsOf({ ...around, ...before }),
          octetsOf({ ...around, ...after }),
          SHA1.octets,
        );
        const [left, right] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
        for (const each of found) {
          if (each.before !== undefined) expect(left.get(each.name)).toEqual(each.before);
          if (each.after !== undefined) expect(right.get(each.name)).toEqual(each.after);
          if (each.before !== undefined) left.delete(each.name);
          if (each.after !== undefined) right.delete(each.name);
        }
        expect(left).toEqual(right);
      }),
    );
  });
});

describe('commits', () => {
  it('are read as they were written, whatever people call themselves and say', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    const key = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,10}$/);
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        fc.array(fc.record({ key, value: text })),
        (name, email, subject, body, trailers) => {
          const message = printMessage({ subject, body, trailers });
          const person = { name, email };
          const commit = { tree: 'a'.repeat(40), parents: ['b'.repeat(40)], authorTime: 1, committerTime: 2, message };
          const read = parseCommit(encodeCommit({ ...commit, author: person, committer: person }));
          expect(read).toMatchObject(commit);
          expect(read.author.name).not.toMatch(/[\0-\x1f<>]/);
          expect(parseMessage(read.message).trailers.map((trailer) => trailer.key)).toEqual(
            trailers.map((trailer) => trailer.key),
          );
        },
      ),
    );
  });
});
