import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { DomainName } from '../../dns/name.ts';
import { flush } from '../../state/files/flush.ts';
import { clearLockLitter } from '../../state/files/lock.ts';
import { allFiles, MANIFEST, type Manifest, type ReleaseFile, readManifest } from '../manifest.ts';
import { ManifestError } from '../manifest-fields.ts';
import { zoneFilePath } from '../paths.ts';
import { diskError, ReleaseError } from './error.ts';
import { salvageManifest } from './salvage.ts';
import { draftOfState } from './state.ts';

/**
 * Where a release is written, and what stands beside it while and after it is: `.NAME.lock` while a build runs,
 * `.NAME.next-…` with the release that is being written, `.NAME.spare` with the one before, and `.NAME.state`.
 */
export interface ReleasePlace {
  /** The release's folder, absolute, no symbolic link. */
  readonly folder: string;
  readonly parent: string;
  readonly lock: string;
  /** What every folder of a release that is being written begins with. */
  readonly next: string;
  /** The release before the last, from which the next is made where a release has many files. */
  readonly spare: string;
  /** What is known about the files of both. */
  readonly state: string;
}

/** A release that is there. */
export interface ExistingRelease {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The manifest as it stands there. */
  readonly text: string;
  /** What is wrong with it, where all that is known of the release is what its zone files say. */
  readonly damage?: string;
}

/** The file of a zone in a release that every node gets which has nothing of its own, as the manifest describes it. */
export function zoneFileOf({ manifest }: ExistingRelease, apex: DomainName): ReleaseFile | undefined {
  const path = zoneFilePath(apex);
  return manifest.zones.get(apex)?.zone.files.find((each) => each.path === path);
}

/**
 * The place of a release that is to be written to `folder`, which need not be there yet.
 *
 * @throws ReleaseError where it is the root of the file system, or its parent is not there.
 */
export function placeOfRelease(folder: string): ReleasePlace {
  const asked = resolve(folder);
  let found = asked;
  if (lstatSync(asked, { throwIfNoEntry: false })?.isSymbolicLink()) {
    try {
      found = realpathSync(asked);
    } catch {
      throw new ReleaseError(
        'refused',
        `${asked} is a symbolic link to nothing`,
        'delete the link, or create its target',
      );
    }
  }
  const name = basename(found);
  const parent = dirname(found);
  if (name === '') throw new ReleaseError('refused', `${asked} cannot be replaced`, 'name a folder of its own');
  makeFolder(parent);
  const beside = (what: string): string => join(parent, `.${name}.${what}`);
  return {
    folder: found,
    parent,
    lock: beside('lock'),
    next: beside('next-'),
    spare: beside('spare'),
    state: beside('state'),
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskError(error, `create ${folder}`);
  }
}

/**
 * The release in a folder; `undefined` where there is nothing, or an empty folder. The whole manifest is read, but where
 * `isKnown` says that it was read before.
 *
 * @throws ReleaseError where something else is there, or its manifest is damaged.
 */
export function findRelease(
  folder: string,
  isKnown: (text: string) => boolean = () => false,
): ExistingRelease | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const notRelease = `${folder} is not a release of zonewright`;
  if (!stat.isDirectory())
    throw new ReleaseError('refused', notRelease, 'name a folder that is empty or not there yet');
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (readdirSync(folder).length === 0) return undefined;
    throw new ReleaseError(
      'refused',
      `${notRelease}: it holds other files and no ${MANIFEST}`,
      'name a folder that is empty or not there yet',
    );
  }
  try {
    const manifest = readManifest(text);
    if (!isKnown(text)) allFiles(manifest);
    return { folder, manifest, text };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new ReleaseError(
      'refused',
      `${join(folder, MANIFEST)} is damaged: ${error.message}`,
      'restore or delete what is a release (serials then follow from the git history), else name another folder',
      error,
    );
  }
}

/**
 * Like {@link findRelease}, but of a release whose manifest is damaged it gives what its zone files say.
 *
 * @throws ReleaseError as that does, where not even that is known.
 */
export function findOrSalvage(folder: string, isKnown?: (text: string) => boolean): ExistingRelease | undefined {
  try {
    return findRelease(folder, isKnown);
  } catch (error) {
    if (!(error instanceof ReleaseError && error.cause instanceof ManifestError) || error.cause.isLater) throw error;
    const manifest = salvageManifest(folder);
    if (manifest === undefined) throw error;
    return { folder, manifest, text: '', damage: error.message };
  }
}

/** Finishes or clears away what a build left that was killed. The lock is held. */
export function recover(place: ReleasePlace): void {
  const isNext = (path: string): boolean => path.startsWith(place.next);
  const left = readdirSync(place.parent)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(place.parent, name));
  for (const path of left.filter(isNext)) {
    // It was killed between the two renames: the new release was complete and the old one already away.
    if (!existsSync(place.folder) && isComplete(path)) {
      renameSync(path, place.folder);
      flush(place.parent);
    } else {
      clearAway(path);
    }
  }
  rmSync(draftOfState(place.state), { force: true });
  clearLockLitter(place.lock);
}

function clearAway(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    // Whoever has put it aside may be removing it at the same time.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The manifest is the last file that is written. */
function isComplete(folder: string): boolean {
  try {
    return findRelease(folder) !== undefined;
  } catch {
    return false;
  }
}
