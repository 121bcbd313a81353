import { randomBytes } from 'node:crypto';
import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder, writeDurably } from './durable.ts';
import type { NewObject, ObjectFormat } from './object.ts';
import { encodePack } from './pack.ts';

/**
 * Puts objects into a repository as one pack that outlives a crash; gives the octets that it takes. git sees a pack once its
 * index is there, so it comes last. What a killed process leaves are files called `tmp_…`, which `git prune` takes away.
 */
export async function writePack(
  gitFolder: string,
  objects: readonly NewObject[],
  format: ObjectFormat,
): Promise<number> {
  const { name, pack, index } = encodePack(objects, format);
  const folder = join(gitFolder, 'objects', 'pack');
  const unique = `${process.pid}_${randomBytes(8).toString('hex')}`;
  const packFile = join(folder, `tmp_pack_${unique}`);
  const indexFile = join(folder, `tmp_idx_${unique}`);
  await makeFolder(folder);
  const written = await Promise.allSettled([
    writeDurably(packFile, pack, 0o444),
    writeDurably(indexFile, index, 0o444),
  ]);
  try {
    for (const each of written) if (each.status === 'rejected') throw each.reason;
    await rename(packFile, join(folder, `pack-${name}.pack`));
    await rename(indexFile, join(folder, `pack-${name}.idx`));
  } catch (error) {
    await Promise.all([packFile, indexFile].map((file) => unlink(file).catch(() => undefined)));
    throw error;
  }
  await syncFolder(folder);
  return pack.length + index.length;
}
