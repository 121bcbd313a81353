import { appendFileSync, closeSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/compile/manifest.ts';
import { openDraft } from '../../../src/compile/release/draft.ts';
import { type FileHash, hashHere, newHashThread } from '../../../src/compile/release/hash-thread.ts';
import { newReleaseMemory } from '../../../src/compile/release/release-memory.ts';
import { AHEAD, openSink } from '../../../src/compile/release/sink.ts';
import { sha256 } from '../../../src/compile/release/state.ts';
import { scratchFolder } from '../../git/scratch-repository.ts';

const thread = newHashThread();

const EMPTY: Manifest = { generator: 'test', commit: null, dirty: false, files: [], zones: new Map() };

/** Writes pieces to a file, and tells of each. Gives all of them. */
function append(file: string, hash: FileHash, pieces: readonly Uint8Array[]): Buffer {
  closeSync(openSync(file, 'w'));
  for (const piece of pieces) {
    appendFileSync(file, piece);
    hash.update(piece);
  }
  return Buffer.concat(pieces);
}

const pieces = fc.array(
  fc.record({ size: fc.nat(2 << 20), octet: fc.nat(255) }).map(({ size, octet }) => Buffer.alloc(size, octet)),
  { maxLength: 6 },
);

describe('the hash of a file that is being written', () => {
  it('is that of its octets, whoever works it out', async () => {
    const folder = scratchFolder();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (written, waits) => {
        for (const begin of [hashHere, thread.begin]) {
          const path = join(folder, String(file++));
          const hash = begin(path);
          const whole = append(path, hash, written);
          if (waits) await hash.settle();
          expect(hash.digest()).toBe(sha256(whole));
          hash.abort();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is worked out for several at once, of which some are given up', async () => {
    const folder = scratchFolder();
    const hashes = Array.from({ length: 6 }, (_, i) => {
      const path = join(folder, String(i));
      const hash = thread.begin(path);
      return { hash, whole: append(path, hash, [Buffer.alloc(3 << 20, i)]) };
    });
    hashes[1]?.hash.abort();
    hashes[4]?.hash.abort();
    const wanted = hashes.filter((_, i) => i !== 1 && i !== 4);
    await Promise.all(wanted.map(({ hash }) => hash.settle()));
    expect(wanted.map(({ hash }) => hash.digest())).toEqual(wanted.map(({ whole }) => sha256(whole)));
  });

  it('is read from the file where the thread could not do it', async () => {
    const path = join(scratchFolder(), 'file');
    const hash = thread.begin(path);
    writeFileSync(path, 'short');
    hash.update(Buffer.alloc(3 << 20, 1));
    await hash.settle();
    expect(hash.digest()).toBe(sha256('short'));
  });

  it('of a file that is gone is an error of whoever wrote it', async () => {
    const path = join(scratchFolder(), 'file');
    const hash = thread.begin(path);
    hash.update(Buffer.alloc(0));
    await hash.settle();
    expect(() => hash.digest()).toThrow(/ENOENT/);
  });
});

describe('a file that a thread reads', () => {
  it('comes with its hash', async () => {
    const path = join(scratchFolder(), 'file');
    for (const size of [0, 1, 1 << 20, (3 << 20) + 7]) {
      const octets = Buffer.alloc(size, 'abc');
      writeFileSync(path, octets);
      const read = await thread.read(path, size);
      expect(read?.digest).toBe(sha256(octets));
      expect(read?.octets.equals(octets)).toBe(true);
    }
  });

  it('is none where it is gone, no file, or longer or shorter than it is to be', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'file');
    expect(await thread.read(path, 5)).toBeUndefined();
    expect(await thread.read(folder, 4096)).toBeUndefined();
    writeFileSync(path, 'octets');
    for (const size of [5, 7, -1, 2 ** 52]) expect(await thread.read(path, size), String(size)).toBeUndefined();
    expect(await thread.read(path, 6)).toBeDefined();
  });

  it('is none where the thread ends meanwhile, which starts again for the next', async () => {
    const path = join(scratchFolder(), 'file');
    writeFileSync(path, 'octets');
    const own = newHashThread();
    own.getReady();
    const asked = own.read(path, 6);
    await own.close();
    expect(await asked).toBeUndefined();
    expect(await own.read(path, 6)).toBeDefined();
    await own.close();
  });
});

describe('a long file of a release', () => {
  const long = (octet: number): Buffer => Buffer.alloc(AHEAD + 1000, octet);

  it('is described in the manifest as it is, whether its end was waited for or not', async () => {
    const folder = scratchFolder();
    for (const [i, waits] of [true, false].entries()) {
      const sink = openSink(join(folder, String(i)), 'zones/a.zone', thread);
      sink.write(long(i));
      if (waits) await sink.settle();
      expect(sink.end()).toEqual({ path: 'zones/a.zone', sha256: sha256(long(i)), size: AHEAD + 1000 });
      sink.abort();
    }
  });

  it('may get more after its end was waited for', async () => {
    const sink = openSink(join(scratchFolder(), 'file'), 'zones/a.zone', thread);
    sink.write(long(1));
    await sink.settle();
    sink.write('more');
    expect(sink.end()).toMatchObject({ sha256: sha256(Buffer.concat([long(1), Buffer.from('more')])) });
  });

  it('of the release before is given as it is described, or not at all', async () => {
    const folder = join(scratchFolder(), 'out');
    const make = openDraft(folder);
    const sink = make.create('zones/a.zone');
    sink.write(long(1));
    const file = sink.end();
    make.publish({ ...EMPTY, files: [file] });
    make.close();
    for (const each of [thread, undefined]) {
      const draft = openDraft(folder, undefined, each);
      const { existing } = draft;
      if (existing === undefined) throw new Error('there is no release');
      draft.foresee(file);
      expect((await draft.readBefore(existing, file))?.equals(long(1))).toBe(true);
      for (const other of [
        { ...file, size: file.size + 1 },
        { ...file, sha256: sha256('other') },
        { ...file, path: 'zones/b.zone' },
      ]) {
        expect(await draft.readBefore(existing, other)).toBeUndefined();
      }
      draft.close();
    }
  });

  it('of the release before leaves nothing, though a process that stays removes it beside', async () => {
    const parent = scratchFolder();
    const memory = newReleaseMemory();
    for (let i = 0; i < 8; i++) {
      const draft = openDraft(join(parent, 'out'), memory, thread);
      const sink = draft.create('nameservers/list');
      sink.write(long(i));
      await sink.settle();
      const file = sink.end();
      expect(file.sha256).toBe(sha256(long(i)));
      draft.publish({ ...EMPTY, files: [file] });
      draft.close();
    }
    // A draft clears away what is left of those before it.
    openDraft(join(parent, 'out'), memory, thread).close();
    expect(readdirSync(parent)).toEqual(['out']);
  });
});
