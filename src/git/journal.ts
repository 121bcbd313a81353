import { randomBytes } from 'node:crypto';
import { closeSync, fdatasync, fsync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Branch } from './branch.ts';
import { STAGING } from './branch.ts';
import { makeFolder, syncFolder } from './durable.ts';
import type { JournalEntry } from './journal-file.ts';
import { currentBoot, encodeAnnulled, encodeEntry, encodeHead, JOURNAL_HEAD, newGeneration } from './journal-file.ts';
import { removeQuietly } from './pack-file.ts';

const flush = promisify(fsync);
const flushData = promisify(fdatasync);

/**
 * Makes groups of commits durable with one write that waits for the disk, whatever the number of files they come to. These
 * are written besides, at once, so that git sees them; the disk gets them a little later, and whoever opens the repository
 * after a power cut writes them anew from here.
 */
export interface Journal {
  /**
   * Brings an entry to the disk; `undefined` where it has to go without, and then nothing was written. What comes of it must
   * be said before the next one.
   */
  append(entry: JournalEntry): Promise<void> | undefined;
  /** Says what came of the last entry: whether pack and branch are as it says, or it is to be forgotten. */
  end(name: string, came: boolean): Promise<void>;
  /** Brings everything to its place on the disk, and removes the journal. */
  close(): Promise<void>;
}

/** One of the two files of a journal: one is written to while what the other holds is brought to its place. */
interface Half {
  readonly path: string;
  readonly file: FileHandle;
  generation: Buffer | undefined;
  /** Where the next entry goes. */
  at: number;
  names: string[];
}

/** Octets of each half. */
const SIZE = 4 * 1024 * 1024;
/** A group of more octets is not worth writing twice. */
const LARGEST = SIZE / 4;
/** Milliseconds after which what was written is brought to its place. */
const SOON = 1000;

/** The journals of this process, which nobody else may take for left ones. */
export const ownJournals = new Set<string>();

/** The name of a journal's file begins so, with the process behind it. */
export const JOURNAL_NAME = /^journal-(\d+)-[0-9a-f]+$/;

/** Opens a journal for a branch. Until its files are made, and where they cannot be, entries have to go without. */
export function openJournal(branch: Branch): Journal {
  const folder = join(branch.gitFolder, STAGING);
  const packs = join(branch.gitFolder, 'objects', 'pack');
  const boot = currentBoot();
  let halves: [Half, Half] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let settling: Promise<void> | undefined;
  let closed = false;
  /** Whether an entry is under way, and whether the halves are to change their places. */
  let busy = false;
  let due = false;
  /** Where the disk has failed, what it holds is left for whoever opens the repository. */
  let broken = false;

  const prepare = async (): Promise<void> => {
    const made = await Promise.all([newHalf(folder), newHalf(folder)]).catch(() => undefined);
    if (made === undefined) return;
    await syncFolder(folder);
    halves = made;
  };
  const preparing = makeFolder(folder)
    .then(prepare)
    .catch(() => undefined);

  const write = async (half: Half, blocks: Buffer): Promise<void> => {
    try {
      writeSync(half.file.fd, blocks, 0, blocks.length, half.at);
      half.at += blocks.length;
      await flushData(half.file.fd);
    } catch (error) {
      broken = true;
      throw error;
    }
  };

  /** Brings what a half holds to its place, so that it can be written to anew. */
  const settle = async (half: Half): Promise<void> => {
    if (half.generation === undefined) return;
    // Packs that were put together are on the disk in another one.
    for (const name of half.names)
      await Promise.all(['pack', 'idx'].map((ending) => syncIfThere(join(packs, `pack-${name}.${ending}`), flushData)));
    await syncFolder(packs);
    const file = join(branch.gitFolder, branch.ref);
    await syncIfThere(file, flushData);
    await syncIfThere(dirname(file), flush);
    half.generation = undefined;
    half.at = JOURNAL_HEAD;
    half.names = [];
    writeSync(half.file.fd, encodeHead(undefined, undefined), 0, JOURNAL_HEAD, 0);
    await flushData(half.file.fd);
  };
  /** Writes to the other half from now on, once that is free and nothing is under way. */
  const turn = (): void => {
    due = true;
    if (halves === undefined || settling !== undefined || busy || broken) return;
    due = false;
    clearTimeout(timer);
    timer = undefined;
    const [full, free] = halves;
    halves = [free, full];
    settling = settle(full)
      .catch(() => {
        broken = true;
      })
      .finally(() => {
        settling = undefined;
        if (due) turn();
      });
  };

  return {
    append(entry) {
      const octets = entry.pack.length + entry.index.length;
      if (halves === undefined || broken || closed || octets > LARGEST) return undefined;
      if (!hasRoom(halves[0], octets)) turn();
      const [half] = halves;
      if (!hasRoom(half, octets)) return undefined;
      busy = true;
      timer ??= setTimeout(turn, SOON).unref();
      if (half.generation === undefined) {
        half.generation = newGeneration();
        writeSync(half.file.fd, encodeHead(half.generation, boot), 0, JOURNAL_HEAD, 0);
      }
      half.names.push(entry.name);
      return write(half, encodeEntry(half.generation, entry));
    },
    async end(name, came) {
      const half = halves?.[0];
      if (!came && half?.generation !== undefined && !broken) await write(half, encodeAnnulled(half.generation, name));
      busy = false;
      if (due) turn();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await preparing;
      await settling;
      for (const half of halves ?? []) {
        if (!broken)
          await settle(half).catch(() => {
            broken = true;
          });
        await half.file.close();
        ownJournals.delete(half.path);
        if (!broken) removeQuietly(half.path);
      }
    },
  };
}

/** Whether an entry of so many octets fits, and a block that says that it came to nothing. */
function hasRoom({ at }: Half, octets: number): boolean {
  return at + octets + 3 * JOURNAL_HEAD <= SIZE;
}

/** A half of zeros that is on the disk, but for its name. */
async function newHalf(folder: string): Promise<Half> {
  const path = join(folder, `journal-${process.pid}-${randomBytes(8).toString('hex')}`);
  ownJournals.add(path);
  const file = await open(path, 'wx+', 0o600);
  try {
    await file.writeFile(Buffer.alloc(SIZE));
    await file.sync();
  } catch (error) {
    await file.close();
    removeQuietly(path);
    ownJournals.delete(path);
    throw error;
  }
  return { path, file, generation: undefined, at: JOURNAL_HEAD, names: [] };
}

async function syncIfThere(path: string, sync: (descriptor: number) => Promise<void>): Promise<void> {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    await sync(handle);
  } finally {
    closeSync(handle);
  }
}
