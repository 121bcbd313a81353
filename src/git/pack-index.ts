import { GitError } from './error.ts';
import type { ObjectFormat } from './object.ts';

/** Where an object is in a pack. */
export interface PackEntry {
  readonly id: Buffer;
  /** Where its octets begin. */
  readonly offset: number;
  /** The CRC-32 of all its octets in the pack. */
  readonly crc: number;
}

const MAGIC = 0xff744f63;
const HEAD = 8 + 256 * 4;
/** An offset with this bit set stands in a table of its own, for packs from 2 GB on. */
const FAR = 0x80000000;

/** The number of objects that an index of so many octets names, if none is farther than 2 GB from the pack's begin. */
export function indexedObjects(octets: number, format: ObjectFormat): number {
  return Math.max(0, Math.floor((octets - HEAD - 2 * format.octets) / (format.octets + 8)));
}

/**
 * The objects of an index of version 2, sorted by id.
 *
 * @throws GitError where it is of another version or broken.
 */
export function readIndex(index: Buffer, format: ObjectFormat): PackEntry[] {
  const broken = new GitError('unavailable', 'the repository holds an index of a pack that is broken', 'run: git fsck');
  if (index.length < HEAD || index.readUInt32BE(0) !== MAGIC || index.readUInt32BE(4) !== 2) throw broken;
  const count = index.readUInt32BE(HEAD - 4);
  const crcs = HEAD + count * format.octets;
  const offsets = crcs + count * 4;
  if (index.length < offsets + count * 4 + 2 * format.octets) throw broken;
  const entries: PackEntry[] = [];
  for (let i = 0; i < count; i++) {
    const at = HEAD + i * format.octets;
    const offset = index.readUInt32BE(offsets + i * 4);
    entries.push({
      id: index.subarray(at, at + format.octets),
      crc: index.readUInt32BE(crcs + i * 4),
      offset: offset < FAR ? offset : Number(index.readBigUInt64BE(offsets + count * 4 + (offset - FAR) * 8)),
    });
  }
  return entries;
}
