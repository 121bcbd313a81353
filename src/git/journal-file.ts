import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** What a journal says of one group of commits: the pack that holds them, and where they move a branch. */
export interface JournalEntry {
  /** The whole name of the branch. */
  readonly ref: string;
  readonly to: string;
  /** The pack's name, without `pack-` and ending. */
  readonly name: string;
  readonly pack: Buffer;
  readonly index: Buffer;
}

/** An entry as it was found. Where it came to nothing its pack may be seen all the same. */
export type FoundEntry = JournalEntry & { readonly annulled: boolean };

/** A journal as it was found. */
export interface ReadJournal {
  /** Of which start of the machine it is; `undefined` where that is not known. */
  readonly boot: string | undefined;
  /** The oldest first. */
  readonly entries: readonly FoundEntry[];
}

/**
 * A journal is a file of a fixed size, so that writing to it changes nothing but octets. The head names a generation and the
 * start of the machine; entries follow, each from the beginning of a block on, so that no entry that is being written shares
 * a block with one that counts. Those of another generation are of earlier use.
 */
const BLOCK = 4096;
const MAGIC = 'zonewright journal 1';
const ENTRY = Buffer.from('entry   ', 'latin1');
const GENERATION = 16;
/** Octets before what an entry says: the word, the generation, length and checksum. */
const ENTRY_HEAD = ENTRY.length + GENERATION + 8;

/** Octets of the head of a journal, and of every part of it. */
export const JOURNAL_HEAD: number = BLOCK;

/** A new generation of entries. */
export function newGeneration(): Buffer {
  return randomBytes(GENERATION);
}

/** The head of a journal; without a generation that of one in which nothing counts. */
export function encodeHead(generation: Buffer | undefined, boot: string | undefined): Buffer {
  const head = Buffer.alloc(BLOCK);
  head.write(`${MAGIC}\n${generation?.toString('hex') ?? ''}\n${boot ?? ''}\n`, 'latin1');
  return head;
}

/** An entry as whole blocks. */
export function encodeEntry(generation: Buffer, { ref, to, name, pack, index }: JournalEntry): Buffer {
  return encode(generation, [Buffer.from(`${JSON.stringify({ ref, to, name, pack: pack.length })}\n`), pack, index]);
}

/** Says of the entry of a pack that it came to nothing, as whole blocks. */
export function encodeAnnulled(generation: Buffer, name: string): Buffer {
  return encode(generation, [Buffer.from(`${JSON.stringify({ annulled: name })}\n`)]);
}

function encode(generation: Buffer, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const blocks = Buffer.allocUnsafe(Math.ceil((ENTRY_HEAD + length) / BLOCK) * BLOCK);
  ENTRY.copy(blocks, 0);
  generation.copy(blocks, ENTRY.length);
  let at = ENTRY_HEAD;
  for (const part of parts) at += part.copy(blocks, at);
  blocks.fill(0, at);
  blocks.writeUInt32BE(length, ENTRY_HEAD - 8);
  blocks.writeUInt32BE(crc32(blocks.subarray(ENTRY_HEAD, at)), ENTRY_HEAD - 4);
  return blocks;
}

/** Reads a journal up to the first entry that is not whole: it was being written. */
export function readJournal(file: Buffer): ReadJournal {
  const [magic, generation = '', boot = ''] = file.subarray(0, BLOCK).toString('latin1').split('\n');
  const entries = new Map<string, FoundEntry>();
  const current = Buffer.from(generation, 'hex');
  if (magic !== MAGIC || current.length !== GENERATION) return { boot: undefined, entries: [] };
  for (let at = BLOCK; at + ENTRY_HEAD <= file.length; ) {
    const head = file.subarray(at, at + ENTRY_HEAD);
    if (!head.subarray(0, ENTRY.length).equals(ENTRY)) break;
    if (!head.subarray(ENTRY.length, ENTRY.length + GENERATION).equals(current)) break;
    const content = file.subarray(at + ENTRY_HEAD, at + ENTRY_HEAD + head.readUInt32BE(ENTRY_HEAD - 8));
    if (content.length !== head.readUInt32BE(ENTRY_HEAD - 8)) break;
    if (crc32(content) !== head.readUInt32BE(ENTRY_HEAD - 4)) break;
    take(entries, content);
    at += Math.ceil((ENTRY_HEAD + content.length) / BLOCK) * BLOCK;
  }
  return { boot: boot === '' ? undefined : boot, entries: [...entries.values()] };
}

function take(entries: Map<string, FoundEntry>, content: Buffer): void {
  const end = content.indexOf('\n') + 1;
  const said = JSON.parse(content.toString('utf8', 0, end)) as
    | { annulled: string }
    | { annulled?: undefined; ref: string; to: string; name: string; pack: number };
  if (said.annulled !== undefined) {
    const entry = entries.get(said.annulled);
    if (entry !== undefined) entries.set(said.annulled, { ...entry, annulled: true });
    return;
  }
  const { ref, to, name } = said;
  const index = end + said.pack;
  const [pack, its] = [content.subarray(end, index), content.subarray(index)];
  entries.set(name, { ref, to, name, pack, index: its, annulled: false });
}

/** Which start of the machine this is; `undefined` where the system does not tell. */
export function currentBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return undefined;
  }
}
