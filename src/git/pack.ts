import { createHash } from 'node:crypto';
import { constants, crc32, deflateSync } from 'node:zlib';
import type { NewObject, ObjectFormat, ObjectKind } from './object.ts';

/** A pack and its index, as two files' octets, and the name that both get. */
export interface Pack {
  /** The pack's checksum: files are called `pack-NAME.pack` and `pack-NAME.idx`. */
  readonly name: string;
  readonly pack: Buffer;
  readonly index: Buffer;
}

const NUMBERS: Readonly<Record<ObjectKind, number>> = { commit: 1, tree: 2, blob: 3 };

/** From here on an object is stored as it is: it would keep its writer waiting, and git compresses it later. */
const TOO_LONG_TO_COMPRESS = 512 * 1024;

/**
 * Puts objects into a pack of version 2 with an index of version 2 (git's `pack-format`), each once and whole: it is written
 * in a moment, and git's own repacking finds what they have in common.
 */
export function encodePack(objects: readonly NewObject[], format: ObjectFormat): Pack {
  const unique = [...new Map(objects.map((object) => [object.id, object])).values()];
  const header = Buffer.alloc(12);
  header.write('PACK', 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(unique.length, 8);
  const parts: Buffer[] = [header];
  const entries: PackEntry[] = [];
  let offset = header.length;
  for (const { kind, id, content } of unique) {
    const head = entryHeader(NUMBERS[kind], content.length);
    const body = deflateSync(content, {
      level: content.length > TOO_LONG_TO_COMPRESS ? constants.Z_NO_COMPRESSION : constants.Z_BEST_SPEED,
    });
    parts.push(head, body);
    entries.push({ id: Buffer.from(id, 'hex'), offset, crc: crc32(body, crc32(head)) });
    offset += head.length + body.length;
  }
  const checksum = digest(parts, format);
  return {
    name: checksum.toString('hex'),
    pack: Buffer.concat([...parts, checksum]),
    index: encodeIndex(entries, checksum, format),
  };
}

interface PackEntry {
  readonly id: Buffer;
  readonly offset: number;
  readonly crc: number;
}

/** Kind and length before an object: four bits of the length, then seven an octet. */
function entryHeader(kind: number, length: number): Buffer {
  const octets = [(kind << 4) | (length & 15)];
  for (let rest = Math.floor(length / 16); rest > 0; rest = Math.floor(rest / 128)) {
    octets[octets.length - 1] = (octets.at(-1) as number) | 128;
    octets.push(rest & 127);
  }
  return Buffer.from(octets);
}

function encodeIndex(entries: PackEntry[], checksum: Buffer, format: ObjectFormat): Buffer {
  entries.sort((a, b) => Buffer.compare(a.id, b.id));
  const head = Buffer.alloc(8 + 256 * 4);
  head.writeUInt32BE(0xff744f63, 0);
  head.writeUInt32BE(2, 4);
  let upTo = 0;
  for (let first = 0; first < 256; first++) {
    while (upTo < entries.length && (entries[upTo] as PackEntry).id[0] === first) upTo++;
    head.writeUInt32BE(upTo, 8 + first * 4);
  }
  const numbers = Buffer.alloc(entries.length * 8);
  entries.forEach((entry, i) => {
    numbers.writeUInt32BE(entry.crc, i * 4);
    numbers.writeUInt32BE(entry.offset, (entries.length + i) * 4);
  });
  const parts = [head, ...entries.map((entry) => entry.id), numbers, checksum];
  return Buffer.concat([...parts, digest(parts, format)]);
}

function digest(parts: readonly Buffer[], format: ObjectFormat): Buffer {
  const hash = createHash(format.hash);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
