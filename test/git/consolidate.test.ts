import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { consolidate } from '../../src/git/consolidate.ts';
import { newObject, SHA1 } from '../../src/git/object.ts';
import { openObjectStore } from '../../src/git/object-store.ts';
import { encodePack } from '../../src/git/pack.ts';
import { putPack } from '../../src/git/pack-file.ts';
import { openRepository } from '../../src/git/repository.ts';
import { scratchRepository } from './scratch-repository.ts';

const blob = (text: string) => newObject(SHA1, 'blob', Buffer.from(text));

function packsOf(folder: string): string[] {
  return readdirSync(join(folder, 'objects/pack'))
    .filter((name) => name.endsWith('.pack'))
    .sort();
}

function objectsOf(git: (...args: string[]) => string): string[] {
  const listed = git('cat-file', '--batch-all-objects', '--batch-check=%(objectname)');
  return listed.split('\n').sort();
}

describe('consolidate', () => {
  it('puts small packs together without losing an object, while a reader has them open', async () => {
    const { folder, git } = scratchRepository('--bare');
    const objects = Array.from({ length: 40 }, (_, i) => [blob(`one ${i}`), blob(`shared ${i % 3}`), blob('')]);
    const store = openObjectStore((await openRepository(folder))!, SHA1);
    for (const [i, each] of objects.entries()) {
      await putPack(folder, encodePack(each, SHA1));
      if (i === 0) expect(String(await store.read('blob', each[0]!.id))).toBe('one 0');
    }
    const before = objectsOf(git);
    expect(before).toHaveLength(44);
    expect(await consolidate(folder, SHA1)).toBe(40);
    expect(packsOf(folder)).toHaveLength(1);
    expect(objectsOf(git)).toEqual(before);
    for (const [i, [one]] of objects.entries()) expect(String(await store.read('blob', one!.id))).toBe(`one ${i}`);
    store.close();
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
    expect(await consolidate(folder, SHA1)).toBe(0);
  });

  it('lets git compress large packs, and takes packs of pushes, whose objects are differences', async () => {
    const { folder, git } = scratchRepository('--bare');
    const long = (i: number) => blob(`${'the same again and again\n'.repeat(20)}${i}`);
    for (let pack = 0; pack < 32; pack++) {
      const objects = Array.from({ length: 1024 }, (_, i) => long(pack * 1024 + i));
      await putPack(folder, encodePack(objects, SHA1));
    }
    expect(await consolidate(folder, SHA1)).toBe(32);
    const [name, ...others] = packsOf(folder);
    expect(others).toEqual([]);
    expect(git('verify-pack', '-s', join(folder, 'objects/pack', name!))).toContain('chain length = 1:');
    const before = objectsOf(git);
    expect(before).toHaveLength(32 * 1024);

    const clone = scratchRepository();
    clone.git('config', 'core.compression', '0');
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i}`);
    git('config', 'transfer.unpackLimit', '1');
    for (let i = 0; i < 32; i++) {
      lines[i] = `changed ${i}`;
      clone.commit(i, { zone: lines.join('\n') });
      clone.git('push', '-q', folder, 'main');
    }
    expect(packsOf(folder)).toHaveLength(33);
    const pushed = objectsOf(git);
    expect(await consolidate(folder, SHA1)).toBe(32);
    expect(packsOf(folder)).toHaveLength(2);
    expect(objectsOf(git)).toEqual(pushed);
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
  });

  it('leaves packs that are kept, and what somebody may still be writing', async () => {
    const { folder } = scratchRepository('--bare');
    for (let i = 0; i < 40; i++) await putPack(folder, encodePack([blob(String(i))], SHA1));
    const kept = packsOf(folder).slice(0, 10);
    const inFolder = (name: string) => join(folder, 'objects/pack', name);
    for (const name of kept) writeFileSync(inFolder(name.replace('.pack', '.keep')), '');
    expect(await consolidate(folder, SHA1)).toBe(0);
    for (let i = 40; i < 42; i++) await putPack(folder, encodePack([blob(String(i))], SHA1));
    const young = `pack-${'a'.repeat(40)}.pack`;
    const old = `pack-${'b'.repeat(40)}.pack`;
    for (const name of [young, old, 'tmp_idx_x']) writeFileSync(inFolder(name), 'PACK');
    for (const name of [old, 'tmp_idx_x']) utimesSync(inFolder(name), 1, 1);
    expect(await consolidate(folder, SHA1)).toBe(32);
    expect(kept.every((name) => existsSync(inFolder(name)))).toBe(true);
    expect([young, old, 'tmp_idx_x'].map((name) => existsSync(inFolder(name)))).toEqual([true, false, false]);
  });

  it('removes nothing where a pack is broken', async () => {
    const { folder } = scratchRepository('--bare');
    for (let i = 0; i < 32; i++) await putPack(folder, encodePack([blob(`text ${i}`)], SHA1));
    const packs = packsOf(folder);
    const victim = join(folder, 'objects/pack', packs[5]!);
    const octets = readFileSync(victim);
    octets[14]! ^= 1;
    rmSync(victim);
    writeFileSync(victim, octets);
    await expect(consolidate(folder, SHA1)).rejects.toThrow('is broken');
    expect(packsOf(folder)).toEqual(packs);
  });
});
