import { fstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What a disk has of a folder: only what somebody has waited for. */
export interface Disk {
  /** Notes that a descriptor is being brought to the disk; gives what notes that it is there. */
  readonly synced: (descriptor: number) => () => void;
  /** From 0 to 1, from a seed. */
  readonly random: () => number;
  /** Makes a folder as it may be after a power cut now: all that nobody waited for is lost, or some of it. */
  cut(target: string, lost: 'all' | 'some'): void;
}

const BLOCK = 4096;

/** Begins with a disk that has all of a folder. What git writes besides (`objects/info`) is no part of it. */
export function newDisk(folder: string, seed: number): Disk {
  /** Octets by inode, and the names of each folder. */
  const contents = new Map<number, Buffer>();
  const listings = new Map<string, Map<string, number>>();
  let state = seed;
  const random = (): number => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const list = (path: string): Map<string, number> =>
    new Map(
      readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [[entry.name, statSync(join(path, entry.name)).ino] as const] : [],
      ),
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
    for (const [name, inode] of list(path)) contents.set(inode, readFileSync(join(path, name)));
  }

  /** What a file may hold: of blocks that were written since, each may have reached the disk or not. */
  const octetsOf = (path: string, inode: number, lost: 'all' | 'some'): Buffer => {
    const known = contents.get(inode);
    let now: Buffer | undefined;
    try {
      now = statSync(path).ino === inode ? readFileSync(path) : undefined;
    } catch {
      // It has another name by now, or none.
    }
    if (known === undefined) {
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
    synced(descriptor) {
      const status = fstatSync(descriptor);
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      if (!path.startsWith(folder)) return () => undefined;
      // What is written while the disk is at it may not be on it.
      if (status.isDirectory()) {
        const listing = list(path);
        return () => void listings.set(path, listing);
      }
      const octets = readFileSync(`/proc/self/fd/${descriptor}`);
      return () => void contents.set(status.ino, octets);
    },
    cut(target, lost) {
      for (const path of folders(folder)) {
        const place = join(target, relative(folder, path));
        mkdirSync(place, { recursive: true });
        const [there, now] = [listings.get(path) ?? new Map<string, number>(), list(path)];
        for (const name of new Set([...there.keys(), ...now.keys()])) {
          const inode = lost === 'some' && random() < 0.5 ? now.get(name) : there.get(name);
          if (inode !== undefined) writeFileSync(join(place, name), octetsOf(join(path, name), inode, lost));
        }
      }
    },
  };
}
