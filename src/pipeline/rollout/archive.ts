import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ManifestError } from '../../compile/manifest-fields.ts';
import { ReleaseError } from '../../compile/release/error.ts';
import { isUntouched } from '../../compile/release/state.ts';
import { RELEASE_ID } from '../../deploy/node/protocol.ts';
import { type Release, type ReleaseFile, zonesBetween } from '../../deploy/release/release.ts';
import type { DomainName } from '../../dns/name.ts';
import { flush } from '../../state/files/flush.ts';
import { readRelease } from './release.ts';

/** Releases that were rolled out, or are about to be, on the machine that does it. */
export interface Archive {
  /** Keeps a release; gives it as it is kept. Unchanged files take no room. Throws a ReleaseError where it is damaged. */
  keep(release: Release & { readonly folder: string }): Release;
  find(id: string): Release | undefined;
  /** The names, the one that was used last first. */
  list(): string[];
}

/** So many releases are kept. */
const KEPT = 20;

/** Opens the archive in a folder, which need not be there. */
export function openArchive(folder: string, read: (folder: string) => Release = readRelease): Archive {
  const known = new Map<string, Release>();
  const list = (): string[] =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => RELEASE_ID.test(name))
      .map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => b.time - a.time || (a.name < b.name ? -1 : 1))
      .map(({ name }) => name);
  const find = (id: string): Release | undefined => {
    const path = join(folder, id);
    if (!RELEASE_ID.test(id) || !existsSync(path)) return undefined;
    try {
      const release = known.get(id) ?? read(path);
      known.set(id, release);
      return release;
    } catch (error) {
      if (error instanceof ManifestError) return undefined;
      throw error;
    }
  };
  const forget = (id: string): void => {
    rmSync(join(folder, id), { recursive: true, force: true });
    known.delete(id);
  };
  return {
    list,
    find,
    keep(release) {
      mkdirSync(folder, { recursive: true });
      const target = join(folder, release.id);
      if (!existsSync(target)) {
        const draft = join(folder, '.next');
        rmSync(draft, { recursive: true, force: true });
        const kept = list();
        // One that goes anyway becomes the new one: then only what differs has to be linked.
        const oldest = kept.length >= KEPT ? find(kept.at(-1) as string) : undefined;
        if (oldest !== undefined) {
          renameSync(join(folder, oldest.id), draft);
          known.delete(oldest.id);
          changeRelease(oldest, release, draft);
        } else {
          const [newest] = kept;
          copyRelease(release, newest === undefined ? undefined : find(newest), draft);
        }
        renameSync(draft, target);
        flush(folder);
      }
      const now = new Date();
      utimesSync(target, now, now);
      for (const old of list().slice(KEPT)) forget(old);
      const mine = { ...release, folder: target };
      known.set(release.id, mine);
      return mine;
    },
  };
}

type Stored = Release & { readonly folder: string };

/** Puts files into a folder of the archive, hard-linked where that is possible: no file of a release is ever written into. */
function taker(release: Stored, to: string): (from: string, file: ReleaseFile, isVerified: boolean) => void {
  const folders = new Set(['.']);
  return (from, { path, sha256 }, isVerified) => {
    const target = join(to, path);
    if (!folders.has(dirname(path))) mkdirSync(dirname(target), { recursive: true });
    folders.add(dirname(path));
    linkOrCopy(join(from, path), target);
    // The name of the release is that of the very octets that this file had when it was read.
    const isRead = path === release.manifest.path && release.read !== undefined && isUntouched(target, release.read);
    if (isVerified || isRead || createHash('sha256').update(readFileSync(target)).digest('hex') === sha256) return;
    throw new ReleaseError(
      'refused',
      `the release in ${release.folder} is damaged: ${path} is not what its manifest says`,
      'build it again',
    );
  };
}

/**
 * Takes the files of a release over. What the last release in the archive has too comes from there, all else is held against
 * the manifest.
 *
 * @throws ReleaseError where a file is not what the manifest says.
 */
function copyRelease(release: Stored, base: Release | undefined, to: string): void {
  mkdirSync(to);
  const take = taker(release, to);
  const files = (mine: readonly ReleaseFile[], theirs: readonly ReleaseFile[]): void => {
    const known = new Map(theirs.map((file) => [file.path, file.sha256]));
    for (const file of mine) {
      const isKnown = base?.folder !== undefined && known.get(file.path) === file.sha256;
      take(isKnown ? (base.folder as string) : release.folder, file, isKnown);
    }
  };
  files(sharedFiles(release), base?.files ?? []);
  for (const [apex, listed] of release.zones) files(listed.zone.files, base?.zones.get(apex)?.zone.files ?? []);
}

/** Turns the files of another release in a folder into those of this one. Throws as {@link copyRelease}. */
function changeRelease(other: Release, release: Stored, folder: string): void {
  const take = taker(release, folder);
  const files = (before: readonly ReleaseFile[], after: readonly ReleaseFile[]): void => {
    const old = new Map(before.map((file) => [file.path, file.sha256]));
    for (const file of after) {
      if (old.get(file.path) !== file.sha256) {
        rmSync(join(folder, file.path), { force: true });
        take(release.folder, file, false);
      }
      old.delete(file.path);
    }
    for (const path of old.keys()) rmSync(join(folder, path), { force: true });
  };
  const filesOf = ({ zones }: Release, apex: DomainName) => zones.get(apex)?.zone.files ?? [];
  const differing = zonesBetween(other, release);
  // First what is gone: another zone may have taken its file's name.
  const gone = differing.filter((apex) => !release.zones.has(apex));
  for (const apex of gone) files(filesOf(other, apex), []);
  files(sharedFiles(other), sharedFiles(release));
  for (const apex of differing) if (release.zones.has(apex)) files(filesOf(other, apex), filesOf(release, apex));
}

function sharedFiles({ manifest, files }: Release): readonly ReleaseFile[] {
  return [manifest, ...files];
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ReleaseError('refused', `the release is damaged: there is no ${source}`, 'build it again');
    copyFileSync(source, target);
  }
}
