import { createHash } from 'node:crypto';
import { constants, crc32, deflateSync } from 'node:zlib';
import type { NewObject, ObjectFormat, ObjectKind } from './object.ts';
import type { PackEntry } from './pack-index.ts';

/** A pack and its index, as two files' octets. */
export interface Pack {
  readonly pack: Buffer;
  readonly index: Buffer;
}

const NUMBERS: Readonly<Record<ObjectKind, number>> = { commit: 1, tree: 2, blob: 3 };

/** From here on an object is stored as it is: it would keep its writer waiting, and git compresses it later. */
const TOO_LONG_TO_COMPRESS = 512 * 1024;
/** Below, an object is stored as it is: beside the trees of its commit it does not count. */
const TOO_SHORT_TO_COMPRESS = 1024;
/** Octets that a block of stored data holds at most (RFC 1951 section 3.2.4). */
const STORED_BLOCK = 65535;

/** Trees are hashes, which nothing makes shorter, and commits are short. */
function compress(kind: ObjectKind, content: Buffer): Buffer {
  const { length } = content;
  return kind !== 'blob' || length < TOO_SHORT_TO_COMPRESS || length > TOO_LONG_TO_COMPRESS
    ? storedStream(content)
    : deflateSync(content, { level: constants.Z_BEST_SPEED });
}

/**
 * Content as a stream of zlib (RFC 1950) that stores it as it is. Made here, because the library takes many times as long to
 * make itself ready as this takes.
 */
export function storedStream(content: Buffer): Buffer {
  const blocks = Math.max(1, Math.ceil(content.length / STORED_BLOCK));
  const stream = Buffer.allocUnsafe(2 + 5 * blocks + content.length + 4);
  stream.writeUInt16BE(0x7801);
  let at = 2;
  for (let i = 0; i < blocks; i++) {
    const from = i * STORED_BLOCK;
    const length = Math.min(STORED_BLOCK, content.length - from);
    stream[at] = i === blocks - 1 ? 1 : 0;
    stream.writeUInt16LE(length, at + 1);
    stream.writeUInt16LE(length ^ 0xffff, at + 3);
    content.copy(stream, at + 5, from, from + length);
    at += 5 + length;
  }
  stream.writeUInt32BE(adler32(content), at);
  return stream;
}

/** The checksum of RFC 1950. So many octets are added up before the sums have to be made small again. */
const ADLER_RUN = 5552;

function adler32(content: Buffer): number {
  let a = 1;
  let b = 0;
  for (let from = 0; from < content.length; from += ADLER_RUN) {
    const to = Math.min(content.length, from + ADLER_RUN);
    for (let i = from; i < to; i++) {
      a += content[i] as number;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

/**
 * Puts objects into a pack of version 2 with an index of version 2 (git's `pack-format`), each once and whole: it is written
 * in a moment, and git's own repacking finds what they have in common.
 */
export function encodePack(objects: readonly NewObject[], format: ObjectFormat): Pack {
  const unique = [...new Map(objects.map((object) => [object.id, object])).values()];
  const parts: Buffer[] = [packHeader(unique.length)];
  const entries: PackEntry[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const { kind, id, content } of unique) {
    const head = entryHeader(NUMBERS[kind], content.length);
    const body = compress(kind, content);
    parts.push(head, body);
    entries.push({ id: Buffer.from(id, 'hex'), offset, crc: crc32(body, crc32(head)) });
    offset += head.length + body.length;
  }
  return finishPack(parts, entries, format);
}

/** What a pack of so many objects begins with. */
export function packHeader(objects: number): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK', 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects, 8);
  return header;
}

/** Puts a header and the octets of objects together, with the index that says where they are. */
export function finishPack(parts: readonly Buffer[], entries: PackEntry[], format: ObjectFormat): Pack {
  const checksum = digest(parts, format);
  return { pack: Buffer.concat([...parts, checksum]), index: encodeIndex(entries, checksum, format) };
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
