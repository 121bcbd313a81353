import { appendFileSync, closeSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDraft } from '../../../src/compile/release/draft.ts';
import { type FileHash, hashHere, newHashThread } from '../../../src/compile/release/hash-thread.ts';
import { newReleaseMemory } from '../../../src/compile/release/release-memory.ts';
import { AHEAD, openSink } from '../../../src/compile/release/sink.ts';
import { sha256 } from '../../../src/compile/release/state.ts';
import { scratchFolder } from '../../git/scratch-repository.ts';

const thread = newHashThread();

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

  it('of the release before leaves nothing, though a process that stays removes it beside', async () => {
    const parent = scratchFolder();
    const memory = newReleaseMemory();
    const manifest = { generator: 'test', commit: null, dirty: false, files: [], zones: new Map() };
    for (let i = 0; i < 8; i++) {
      const draft = openDraft(join(parent, 'out'), memory, thread);
      const sink = draft.create('nameservers/list');
      sink.write(long(i));
      await sink.settle();
      const file = sink.end();
      expect(file.sha256).toBe(sha256(long(i)));
      draft.publish({ ...manifest, files: [file] });
      draft.close();
    }
    // A draft clears away what is left of those before it.
    openDraft(join(parent, 'out'), memory, thread).close();
    expect(readdirSync(parent)).toEqual(['out']);
  });
});
