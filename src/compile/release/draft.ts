import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { flush } from '../../state/files/flush.ts';
import { type Lock, takeLock } from '../../state/files/lock.ts';
import { allFiles, MANIFEST, type Manifest, printManifest, type ReleaseFile } from '../manifest.ts';
import { makeDurable } from './durable.ts';
import { diskError } from './error.ts';
import { type ExistingRelease, findRelease, placeOfRelease, type ReleasePlace, recover } from './place.ts';
import { openSink, type ReleaseSink } from './sink.ts';
import {
  fingerprintOf,
  isFile,
  isUntouched,
  type KnownFile,
  type ReleaseState,
  readState,
  writeState,
} from './state.ts';

/**
 * A release that is being written beside the folder that it will be in. Until it is published the folder is as it was, and
 * afterwards it is the new release: never anything in between.
 */
export interface ReleaseDraft {
  /** The release that is in the folder now. */
  readonly existing: ExistingRelease | undefined;
  /** Begins a file. Its folders are made. */
  create(path: string): ReleaseSink;
  /**
   * Takes over the files of the release that is in the folder, but for some paths; hard-linked where that is possible. Gives
   * the paths that have to be written instead: the files are missing or not what the manifest says.
   */
  keepAll(except: ReadonlySet<string>): string[];
  /** Takes files over from a release in another folder. Gives those that have to be written instead. */
  keepFrom(release: ExistingRelease, files: readonly ReleaseFile[]): ReleaseFile[];
  /** The paths of the files in the folder that are missing or not what the manifest says. */
  findDamage(): string[];
  /** Puts a manifest into the release in the folder whose files are all the same, in one step. */
  replaceManifest(manifest: Manifest): void;
  /** Puts the draft in the place of what is in the folder. It holds what was created and kept, and nothing else. */
  publish(manifest: Manifest): void;
  /** Clears away what was not published and gives the lock back. To be called in any case; never throws. */
  close(): void;
}

/** Fewer files than this are linked anew for every release; for more the release before is kept as a spare to work on. */
const SPARE_FROM = 500;

/**
 * Opens a draft for a folder, which is there and empty, holds a release, or is not there yet. Holds a lock until it is closed.
 *
 * @throws ReleaseError where the folder holds something else, another build is at it, or the disk refuses.
 */
export function openDraft(folder: string): ReleaseDraft {
  const place = guarded(`write ${folder}`, () => placeOfRelease(folder));
  const lock = guarded(`lock ${place.lock}`, () => takeLock(place.lock, 'building into the same folder'));
  try {
    recover(place);
    let state: ReleaseState | undefined;
    const existing = findRelease(place.folder, (text) => {
      state = readState(place.state, text);
      return state !== undefined;
    });
    // Without a state a spare is what a killed build has left.
    if (state === undefined) rmSync(place.spare, { recursive: true, force: true });
    return newDraft(place, lock, existing, state);
  } catch (error) {
    lock.release();
    throw diskError(error, `write ${place.folder}`);
  }
}

function newDraft(
  place: ReleasePlace,
  lock: Lock,
  existing: ExistingRelease | undefined,
  state: ReleaseState | undefined,
): ReleaseDraft {
  const next = `${place.next}${process.pid}-${randomBytes(4).toString('hex')}`;
  const folders = new Set<string>();
  /** The paths that were written, which the disk does not have for sure. */
  const written = new Set<string>();
  /** The paths that were linked from another release. */
  const linked = new Set<string>();
  /** The paths of which the spare had the right file already. */
  const found = new Set<string>();
  let begun = false;
  let fromSpare = false;

  const begin = (): void => {
    if (begun) return;
    begun = true;
    if (state !== undefined && existsSync(place.spare)) {
      // Without its manifest it is no release any more, whatever happens next.
      rmSync(join(place.spare, MANIFEST), { force: true });
      renameSync(place.spare, next);
      fromSpare = true;
    } else {
      rmSync(place.spare, { recursive: true, force: true });
      mkdirSync(next);
    }
    folders.add('.');
  };
  const makeRoom = (path: string): string => {
    begin();
    const folderOfPath = dirname(path);
    if (!folders.has(folderOfPath)) {
      mkdirSync(join(next, folderOfPath), { recursive: true });
      for (let at = folderOfPath; at !== '.' && !folders.has(at); at = dirname(at)) folders.add(at);
    }
    const target = join(next, path);
    // A file of the spare, or one that was linked, is shared with the release that is there: replaced, never written to.
    if (fromSpare || linked.delete(path) || written.delete(path)) rmSync(target, { recursive: true, force: true });
    return target;
  };
  const takeFrom = (folder: string, path: string): void => {
    const target = makeRoom(path);
    try {
      linkSync(join(folder, path), target);
      linked.add(path);
    } catch {
      copyFileSync(join(folder, path), target);
      written.add(path);
    }
  };
  /** Takes over a file that has not changed since it was published, from the spare if that has it; false where it has. */
  const keepKnown = (path: string, known: KnownFile): boolean => {
    if (fromSpare && known.inSpare && isUntouched(join(next, path), known)) {
      found.add(path);
      return true;
    }
    const untouched = isUntouched(join(place.folder, path), known);
    if (untouched) takeFrom(place.folder, path);
    return untouched;
  };
  const keepFiles = (folder: string, files: readonly ReleaseFile[]): ReleaseFile[] => {
    const damaged = files.filter((file) => !isFile(folder, file));
    const lost = new Set(damaged);
    for (const file of files) if (!lost.has(file)) takeFrom(folder, file.path);
    return damaged;
  };
  /** The files of the release in the folder, those that the state does not vouch for by what the manifest says. */
  const existingFiles = (): readonly ReleaseFile[] => (existing === undefined ? [] : allFiles(existing.manifest));
  const filesAt = (paths: readonly string[]): ReleaseFile[] => {
    const asked = new Set(paths);
    return asked.size === 0 ? [] : existingFiles().filter(({ path }) => asked.has(path));
  };
  const swap = (): void => {
    lock.assertHeld();
    rmSync(place.spare, { recursive: true, force: true });
    if (existing === undefined) {
      renameSync(next, place.folder);
    } else {
      renameSync(place.folder, place.spare);
      try {
        renameSync(next, place.folder);
      } catch (error) {
        renameSync(place.spare, place.folder);
        throw error;
      }
    }
    flush(place.parent);
  };
  const remember = (text: string): void => {
    const files = new Map<string, KnownFile>();
    for (const path of found) files.set(path, state?.get(path) as KnownFile);
    for (const path of [...linked, ...written]) {
      const fingerprint = fingerprintOf(join(place.folder, path));
      if (fingerprint === undefined) continue;
      files.set(path, { ...fingerprint, inSpare: isUntouched(join(place.spare, path), fingerprint) });
    }
    writeState(place.state, text, files);
  };

  return {
    existing,
    create: (path) =>
      guarded(`write ${path}`, () => {
        const target = makeRoom(path);
        written.add(path);
        return openSink(target, path);
      }),
    keepAll: (except) =>
      guarded('take over the release before', () => {
        begin();
        if (state === undefined) {
          const kept = existingFiles().filter(({ path }) => !except.has(path));
          return keepFiles(place.folder, kept).map(({ path }) => path);
        }
        const doubtful: string[] = [];
        for (const [path, known] of state) if (!except.has(path) && !keepKnown(path, known)) doubtful.push(path);
        return keepFiles(place.folder, filesAt(doubtful)).map(({ path }) => path);
      }),
    keepFrom: (release, files) => guarded(`take over ${release.folder}`, () => keepFiles(release.folder, files)),
    findDamage: () =>
      guarded('read the release', () => {
        const doubtful =
          state === undefined
            ? existingFiles()
            : filesAt(
                [...state].flatMap(([path, known]) => (isUntouched(join(place.folder, path), known) ? [] : [path])),
              );
        return doubtful.filter((file) => !isFile(place.folder, file)).map(({ path }) => path);
      }),
    replaceManifest: (manifest) =>
      guarded('write the manifest', () => {
        lock.assertHeld();
        const text = printManifest(manifest);
        writeFileSync(next, text);
        flush(next);
        renameSync(next, join(place.folder, MANIFEST));
        flush(place.folder);
        if (state !== undefined) writeState(place.state, text, state);
      }),
    publish: (manifest) =>
      guarded('publish the release', () => {
        begin();
        const text = printManifest(manifest);
        const count = written.size + linked.size + found.size;
        if (fromSpare) removeOthers(next, (path) => found.has(path) || linked.has(path) || written.has(path));
        makeDurable(next, [...written], folders);
        writeFileSync(join(next, MANIFEST), text, { flag: 'wx' });
        flush(join(next, MANIFEST));
        flush(next);
        swap();
        if (count >= SPARE_FROM) {
          remember(text);
        } else {
          rmSync(place.spare, { recursive: true, force: true });
          rmSync(place.state, { force: true });
        }
      }),
    close() {
      try {
        rmSync(next, { recursive: true, force: true });
      } catch {
        // The next build clears it away.
      }
      lock.release();
    },
  };
}

function guarded<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error, doing);
  }
}

/** Deletes what is in a folder and not wanted, empty folders too. Gives whether anything is left. */
function removeOthers(root: string, isWanted: (path: string) => boolean, below = ''): boolean {
  let left = false;
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const wanted = entry.isDirectory() ? removeOthers(root, isWanted, path) : isWanted(path);
    if (wanted) left = true;
    else rmSync(join(root, path), { recursive: true, force: true });
  }
  return left;
}
