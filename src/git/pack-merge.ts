import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { GitError } from './error.ts';
import type { ObjectFormat } from './object.ts';
import type { Pack } from './pack.ts';
import { finishPack, packHeader } from './pack.ts';
import type { PackEntry } from './pack-index.ts';
import { readIndex } from './pack-index.ts';

/** Octets before the first object of a pack. */
const HEADER = 12;
/** The last of the kinds that are whole objects; above it are differences to another object. */
const WHOLE = 4;

/**
 * One pack with the objects of several, each once, its octets as they are; `undefined` where one is stored as a difference,
 * whose place then depends on another's.
 *
 * @throws GitError where a pack is broken. It is looked at octet by octet, since it is going to be removed.
 */
export function mergePacks(folder: string, names: readonly string[], format: ObjectFormat): Pack | undefined {
  const merged = new Map<string, { readonly octets: Buffer; readonly crc: number; readonly id: Buffer }>();
  for (const name of names) {
    const [pack, index] = [readFileSync(join(folder, `${name}.pack`)), readFileSync(join(folder, `${name}.idx`))];
    const end = pack.length - format.octets;
    if (!createHash(format.hash).update(pack.subarray(0, end)).digest().equals(pack.subarray(end))) throw broken(name);
    const entries = readIndex(index, format).sort((a, b) => a.offset - b.offset);
    if (pack.readUInt32BE(8) !== entries.length || (entries[0]?.offset ?? end) !== HEADER) throw broken(name);
    for (const [i, { id, offset, crc }] of entries.entries()) {
      const octets = pack.subarray(offset, entries[i + 1]?.offset ?? end);
      if (octets.length === 0 || crc32(octets) !== crc) throw broken(name);
      if ((((octets[0] as number) >> 4) & 7) > WHOLE) return undefined;
      merged.set(id.toString('hex'), { octets, crc, id });
    }
  }
  const parts = [packHeader(merged.size)];
  const entries: PackEntry[] = [];
  let offset = HEADER;
  for (const { octets, crc, id } of merged.values()) {
    parts.push(octets);
    entries.push({ id, offset, crc });
    offset += octets.length;
  }
  return finishPack(parts, entries, format);
}

function broken(name: string): GitError {
  return new GitError('unavailable', `the repository's ${name} is broken`, 'run: git fsck');
}
