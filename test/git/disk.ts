import type { BigIntStats } from 'node:fs';
import { fstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What a disk has of a folder: only what somebody has waited for. */
export interface Disk {
  /** Notes that a descriptor's file was made here. What others make, as git does, they bring to the disk before it has its name. */
  readonly made: (descriptor: number) => void;
  /** Notes that a descriptor is being brought to the disk; gives what notes that it is there. */
  readonly synced: (descriptor: number) => () => void;
  /** From 0 to 1, from a seed. */
  readonly random: () => number;
  /** Makes a folder as it may be after a power cut now: all that nobody waited for is lost, or some of it. */
  cut(target: string, lost: 'all' | 'some'): void;
}

const BLOCK = 4096;

/** Tells a file from all others that were ever there: the number of one that is gone is given to the next. */
function fileOf({ ino, birthtimeNs }: BigIntStats): string {
  return `${ino} ${birthtimeNs}`;
}

/** Begins with a disk that has all of a folder. What git writes besides (`objects/info`) is no part of it. */
export function newDisk(folder: string, seed: number): Disk {
  /** Octets by file, and the names of each folder. */
  const contents = new Map<string, Buffer>();
  const listings = new Map<string, Map<string, string>>();
  const ours = new Set<string>();
  let state = seed;
  const random = (): number => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const list = (path: string): Map<string, string> =>
    new Map(
      readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
        const status = entry.isFile() && statSync(join(path, entry.name), { bigint: true, throwIfNoEntry: false });
        return status ? [[entry.name, fileOf(status)] as const] : [];
      }),
    );
  const folders = (path: string): string[] => [
    path,
    ...readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && relative(folder, join(path, entry.name)) !== 'objects/info'
        ? folders(join(path, entry.name))
        : [],
    ),
  ];
  for (const path of folders(folder)) {
    listings.set(path, list(path));
    for (const [name, file] of list(path)) contents.set(file, readFileSync(join(path, name)));
  }

  /** What a file may hold: of blocks that were written since, each may have reached the disk or not. */
  const octetsOf = (path: string, file: string, lost: 'all' | 'some'): Buffer => {
    const known = contents.get(file);
    let now: Buffer | undefined;
    try {
      now = fileOf(statSync(path, { bigint: true })) === file ? readFileSync(path) : undefined;
    } catch {
      // It has another name by now, or none.
    }
    if (known === undefined) {
      if (now !== undefined && !ours.has(file)) return now;
      if (lost === 'all' || now === undefined || random() < 0.3) return Buffer.alloc(0);
      return random() < 0.5 ? now : now.subarray(0, Math.floor(now.length * random()));
    }
    if (lost === 'all' || now === undefined || now.length !== known.length || now.equals(known)) return known;
    const mixed = Buffer.from(known);
    for (let at = 0; at < mixed.length; at += BLOCK) if (random() < 0.5) now.copy(mixed, at, at, at + BLOCK);
    return mixed;
  };

  return {
    random,
    made: (descriptor) => void ours.add(fileOf(fstatSync(descriptor, { bigint: true }))),
    synced(descriptor) {
      const status = fstatSync(descriptor, { bigint: true });
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      if (!path.startsWith(folder)) return () => undefined;
      // What is written while the disk is at it may not be on it.
      if (status.isDirectory()) {
        const listing = list(path);
        return () => void listings.set(path, listing);
      }
      const octets = readFileSync(`/proc/self/fd/${descriptor}`);
      return () => void contents.set(fileOf(status), octets);
    },
    cut(target, lost) {
      for (const path of folders(folder)) {
        const place = join(target, relative(folder, path));
        mkdirSync(place, { recursive: true });
        const [there, now] = [listings.get(path) ?? new Map<string, string>(), list(path)];
        for (const name of new Set([...there.keys(), ...now.keys()])) {
          const file = lost === 'some' && random() < 0.5 ? now.get(name) : there.get(name);
          if (file !== undefined) writeFileSync(join(place, name), octetsOf(join(path, name), file, lost));
        }
      }
    },
  };
}
