import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, syncTree } from './durable.ts';
import { GitError, gitFailed } from './error.ts';
import type { ObjectFormat } from './object.ts';
import { putPack, removeQuietly } from './pack-file.ts';
import { indexedObjects, readIndex } from './pack-index.ts';
import { mergePacks } from './pack-merge.ts';
import { lowerPriority, runGit } from './run.ts';

/** So many packs of about one size become one of the next size: a repository never has more than this of each. */
const FACTOR = 32;
/** Packs from this size on (32 to the power of it, in objects) are left to the operator. */
const LARGEST = 4;
/** From this size on git looks for what objects have in common; below, it would not be worth its start. */
const COMPRESSED = 2;
/** Most octets that are put together here, while which nothing else is done for a moment; git does it beside us. */
const IN_MEMORY = 512 * 1024;
/** Milliseconds for git's search, and after which files that nobody finished are removed. */
const PATIENCE = 3_600_000;
const ABANDONED = 86_400_000;

/**
 * The packs of single commits are a few kilobytes and have just been written: asking for them at once takes microseconds,
 * and handing each of these questions to another thread would cost the writing more than they do.
 */
interface PackFile {
  /** `pack-…`, without the ending. */
  readonly name: string;
  /** What there is of it: `pack`, `idx`, `rev`. */
  readonly endings: readonly string[];
  readonly octets: number;
  readonly objects: number;
}

/**
 * Puts the many small packs of single commits together, so that reading, cloning and pushing stay fast; gives the number of
 * packs that went. A pack goes only when everything in it is on the disk in another one, so a process that is killed at any
 * moment leaves nothing out. Readers and writers go on meanwhile. Packs that somebody keeps (`.keep`) or has written into a
 * table (`multi-pack-index`) stay.
 *
 * @throws GitError where a pack is broken or git fails; nothing is lost then.
 */
export async function consolidate(gitFolder: string, format: ObjectFormat): Promise<number> {
  const folder = join(gitFolder, 'objects', 'pack');
  let gone = 0;
  for (;;) {
    const crowd = crowded(listPacks(folder, format));
    if (crowd === undefined) return gone;
    await replace(gitFolder, folder, crowd, format);
    gone += crowd.length;
  }
}

/** The packs of the smallest size of which there are too many. */
function crowded(packs: readonly PackFile[]): readonly PackFile[] | undefined {
  const sizes: PackFile[][] = Array.from({ length: LARGEST }, () => []);
  for (const pack of packs) sizes[sizeOf(pack)]?.push(pack);
  return sizes.find((size) => size.length >= FACTOR);
}

function sizeOf({ objects }: PackFile): number {
  return Math.floor(Math.log(Math.max(1, objects)) / Math.log(FACTOR));
}

function listPacks(folder: string, format: ObjectFormat): PackFile[] {
  const files = readdirSync(folder);
  const endings = new Map<string, string[]>();
  for (const file of files) {
    const [, name, ending] = /^(pack-[0-9a-f]+)\.([a-z]+)$/.exec(file) ?? [];
    if (name !== undefined && ending !== undefined) endings.set(name, [...(endings.get(name) ?? []), ending]);
    else if (/^tmp_(pack|idx)_/.test(file)) removeAbandoned(join(folder, file));
  }
  const table = files.includes('multi-pack-index') ? readFileSync(join(folder, 'multi-pack-index'), 'latin1') : '';
  const packs: PackFile[] = [];
  for (const [name, found] of endings) {
    if (!found.includes('idx')) {
      removeAbandoned(join(folder, `${name}.pack`));
      continue;
    }
    const special = found.some((ending) => !['pack', 'idx', 'rev'].includes(ending));
    if (special || !found.includes('pack') || table.includes(`${name}.idx`)) continue;
    const [pack, index] = ['pack', 'idx'].map((ending) => statusOf(join(folder, `${name}.${ending}`)));
    if (pack === undefined || index === undefined) continue;
    packs.push({ name, endings: found, octets: pack.size, objects: indexedObjects(index.size, format) });
  }
  return packs;
}

/** A pack without an index belongs to a process that is at work, or to one that was killed long ago. */
function removeAbandoned(file: string): void {
  const found = statusOf(file);
  if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED) removeQuietly(file);
}

function statusOf(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}

async function replace(
  gitFolder: string,
  folder: string,
  packs: readonly PackFile[],
  format: ObjectFormat,
): Promise<void> {
  const names = packs.map((pack) => pack.name);
  const octets = packs.reduce((sum, pack) => sum + pack.octets, 0);
  const large = packs.some((pack) => sizeOf(pack) >= COMPRESSED);
  const whole = octets > IN_MEMORY || large ? undefined : mergePacks(folder, names, format);
  const made = whole === undefined ? await byGit(gitFolder, names, large) : `pack-${await putPack(gitFolder, whole)}`;
  if (whole === undefined) {
    await syncTree(folder, [`${made}.pack`, `${made}.idx`, `${made}.rev`]);
    mustHold(folder, made, names, format);
  }
  for (const { name, endings } of packs) {
    if (name === made) continue;
    // Without its index a pack is not looked into any more. A disk may take its time to take room back.
    for (const ending of ['idx', 'rev', 'pack'])
      if (endings.includes(ending)) await unlink(join(folder, `${name}.${ending}`)).catch(() => undefined);
  }
  await syncFolder(folder);
}

/** Has git put packs together, looking for what objects have in common or as they are; gives the new pack's name. */
async function byGit(gitFolder: string, names: readonly string[], search: boolean): Promise<string> {
  const effort = search ? ['-c', 'pack.windowMemory=64m'] : ['-c', 'pack.window=0'];
  const settings = ['-c', 'core.fsync=all', '-c', 'pack.threads=1', ...effort];
  const args = [...settings, 'pack-objects', '--stdin-packs', '--delta-base-offset', '--quiet'];
  const list = names.map((name) => `${name}.pack\n`).join('');
  const base = join(gitFolder, 'objects', 'pack', 'pack');
  const answer = await runGit(gitFolder, [...args, base], list, { timeout: PATIENCE, started: lowerPriority });
  if (answer.status !== 0) throw gitFailed(['pack-objects'], answer.stderr);
  return `pack-${answer.stdout.toString('latin1').trim()}`;
}

/** @throws GitError where a pack lacks an object of one that is to go. */
function mustHold(folder: string, made: string, names: readonly string[], format: ObjectFormat): void {
  const idsOf = (name: string): string[] =>
    readIndex(readFileSync(join(folder, `${name}.idx`)), format).map(({ id }) => id.toString('hex'));
  const held = new Set(idsOf(made));
  for (const name of names) {
    if (idsOf(name).some((id) => !held.has(id))) {
      throw new GitError('unavailable', `packs of the repository could not be put together: ${name}`, 'run: git fsck');
    }
  }
}
