import { randomBytes } from 'node:crypto';
import { renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, writeAtOnce, writeDurably } from './durable.ts';
import type { Pack } from './pack.ts';

/**
 * Puts a pack into a repository, where it outlives a crash; gives its name. git sees a pack once its index is there, which is
 * put in place when both are on the disk. What a killed process leaves is a pack that nobody sees. The name is no checksum as
 * git's is, but nobody else's: the same objects written twice at once are two packs.
 */
export async function putPack(gitFolder: string, pack: Pack): Promise<string> {
  const { folder, name } = await showPack(gitFolder, pack);
  await syncFolder(folder);
  return name;
}

/** Like {@link putPack}, and git sees it; that it does after a crash, too, is for the caller to see to: its folder is to be synced. */
export async function showPack(gitFolder: string, { pack, index }: Pack): Promise<{ name: string; folder: string }> {
  const files = newPackFiles(gitFolder);
  try {
    const written = await Promise.allSettled([
      writeDurably(files.pack, pack, 0o444),
      writeDurably(files.unseen, index, 0o444),
    ]);
    for (const each of written) if (each.status === 'rejected') throw each.reason;
    renameSync(files.unseen, files.index);
  } catch (error) {
    for (const file of [files.unseen, files.pack]) removeQuietly(file);
    throw error;
  }
  return files;
}

/** A pack that git does not see yet. */
export interface UnseenPack {
  show(): void;
  drop(): void;
}

/**
 * Writes a pack without waiting for the disk. It must not be shown before its octets are safe elsewhere: after a power cut
 * there may be names of files whose octets were lost.
 */
export function writePackAtOnce(gitFolder: string, name: string, { pack, index }: Pack): UnseenPack {
  const files = newPackFiles(gitFolder, name);
  const drop = (): void => {
    for (const file of [files.unseen, files.pack]) removeQuietly(file);
  };
  try {
    writeAtOnce(files.pack, pack, 0o444);
    writeAtOnce(files.unseen, index, 0o444);
  } catch (error) {
    drop();
    throw error;
  }
  return { show: () => renameSync(files.unseen, files.index), drop };
}

/** A name that no other pack has. */
export function newPackName(): string {
  return randomBytes(20).toString('hex');
}

/** Where a pack is written. git does not see the index before it has its name. */
function newPackFiles(gitFolder: string, name: string = newPackName()) {
  const folder = join(gitFolder, 'objects', 'pack');
  return {
    name,
    folder,
    pack: join(folder, `pack-${name}.pack`),
    index: join(folder, `pack-${name}.idx`),
    unseen: join(folder, `tmp_idx_${name}`),
  };
}

/** Removes a file that may be gone already, or was never made. */
export function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It is not there.
  }
}
