import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MANIFEST, type Manifest, printManifest, type ReleaseFile } from '../manifest.ts';
import { flush, makeDurable } from './durable.ts';
import { diskError } from './error.ts';
import { takeLock } from './lock.ts';
import { type ExistingRelease, findRelease, placeOfRelease, recover } from './place.ts';
import { openSink, type ReleaseSink } from './sink.ts';
import { fingerprintOf, isUntouched, type KnownFile, readState, sha256, writeState } from './state.ts';

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
   * Takes files over from the release that is there, or from the one given as previous; hard-linked where that is possible.
   * Gives those that have to be written instead: they are missing or not what the manifest says.
   */
  keep(files: readonly ReleaseFile[]): ReleaseFile[];
  /** Whether a file that could be taken over is there and what its manifest says. */
  isIntact(file: ReleaseFile): boolean;
  /** Puts a manifest into the release in the folder whose files are all the same, in one step. */
  replaceManifest(manifest: Manifest): void;
  /** Puts the draft in the place of what is in the folder. It holds the files of the manifest and nothing else. */
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
export function openDraft(folder: string, previous?: ExistingRelease): ReleaseDraft {
  const place = placeOfRelease(folder);
  const lock = takeLock(place.lock);
  try {
    recover(place);
    return newDraft(place, lock, findRelease(place.folder), previous);
  } catch (error) {
    lock.release();
    throw diskError(error, `write ${place.folder}`);
  }
}

function newDraft(
  place: ReturnType<typeof placeOfRelease>,
  lock: ReturnType<typeof takeLock>,
  existing: ExistingRelease | undefined,
  previous: ExistingRelease | undefined,
): ReleaseDraft {
  const memories = (existing && readState(place.state, existing.text)?.files) ?? new Map<string, KnownFile>();
  const existingFiles = filesOf(existing);
  const sources = new Map<ExistingRelease, ReadonlyMap<string, ReleaseFile>>();
  if (existing !== undefined) sources.set(existing, existingFiles);
  if (previous !== undefined) sources.set(previous, filesOf(previous));
  /** The files that were found to be what their manifest says, and where. */
  const intact = new Map<string, { readonly sha256: string; readonly folder: string }>();
  const next = `${place.next}${process.pid}-${randomBytes(4).toString('hex')}`;
  const folders = new Set<string>();
  /** The paths that were written, which the disk does not have for sure. */
  const written = new Set<string>();
  /** The paths that were linked or copied from another release. */
  const taken = new Set<string>();
  /** The paths of which the spare had the right file already. */
  const found = new Set<string>();
  let begun = false;
  let fromSpare = false;

  const begin = (): void => {
    if (begun) return;
    begun = true;
    if (memories.size > 0 && existsSync(place.spare)) {
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
    const folderOfPath = dirname(path);
    if (!folders.has(folderOfPath)) {
      mkdirSync(join(next, folderOfPath), { recursive: true });
      for (let at = folderOfPath; at !== '.' && !folders.has(at); at = dirname(at)) folders.add(at);
    }
    const target = join(next, path);
    // A file of the spare is shared with the release that is there: it is replaced, never written to.
    if (fromSpare) rmSync(target, { recursive: true, force: true });
    return target;
  };
  const isGood = (file: ReleaseFile, from: string, memory: KnownFile | undefined): boolean => {
    const path = join(from, file.path);
    if (memory !== undefined && memory.size === file.size && isUntouched(path, memory)) return true;
    return fingerprintOf(path)?.size === file.size && sha256(readFileSync(path)) === file.sha256;
  };
  const takeFrom = (file: ReleaseFile, from: string): void => {
    const target = makeRoom(file.path);
    try {
      linkSync(join(from, file.path), target);
      taken.add(file.path);
    } catch {
      copyFileSync(join(from, file.path), target);
      written.add(file.path);
    }
  };
  /** The release that has a file, unharmed; `undefined` where none has. */
  const sourceOf = (file: ReleaseFile): string | undefined => {
    const known = intact.get(file.path);
    if (known?.sha256 === file.sha256) return known.folder;
    for (const [release, files] of sources) {
      if (files.get(file.path)?.sha256 !== file.sha256) continue;
      const memory = release === existing ? memories.get(file.path) : undefined;
      if (!isGood(file, release.folder, memory)) continue;
      intact.set(file.path, { sha256: file.sha256, folder: release.folder });
      return release.folder;
    }
    return undefined;
  };
  const keepOne = (file: ReleaseFile): boolean => {
    const memory = memories.get(file.path);
    if (fromSpare && memory?.inSpare === true && existingFiles.get(file.path)?.sha256 === file.sha256) {
      if (isUntouched(join(next, file.path), memory)) {
        found.add(file.path);
        return true;
      }
    }
    const from = sourceOf(file);
    if (from !== undefined) takeFrom(file, from);
    return from !== undefined;
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
  const remember = (text: string, paths: Iterable<string>): void => {
    const files = new Map<string, KnownFile>();
    for (const path of paths) {
      const memory = found.has(path) ? memories.get(path) : undefined;
      if (memory !== undefined) {
        files.set(path, memory);
        continue;
      }
      const fingerprint = fingerprintOf(join(place.folder, path));
      if (fingerprint === undefined) continue;
      files.set(path, { ...fingerprint, inSpare: isUntouched(join(place.spare, path), fingerprint) });
    }
    writeState(place.state, { manifest: sha256(text), files });
  };

  return {
    existing,
    create(path) {
      return guarded(`write ${path}`, () => {
        begin();
        written.add(path);
        return openSink(makeRoom(path), path);
      });
    },
    keep: (files) =>
      guarded('take over the release before', () => {
        begin();
        return files.filter((file) => !keepOne(file));
      }),
    isIntact: (file) => guarded('read the release before', () => sourceOf(file) !== undefined),
    replaceManifest: (manifest) =>
      guarded('write the manifest', () => {
        lock.assertHeld();
        const text = printManifest(manifest);
        writeFileSync(next, text);
        flush(next);
        renameSync(next, join(place.folder, MANIFEST));
        flush(place.folder);
        if (memories.size > 0) writeState(place.state, { manifest: sha256(text), files: memories });
      }),
    publish: (manifest) =>
      guarded('publish the release', () => {
        begin();
        const text = printManifest(manifest);
        const paths = new Set(filesOf({ manifest }).keys());
        const missing = [...paths].find((path) => !written.has(path) && !taken.has(path) && !found.has(path));
        if (missing !== undefined) throw new Error(`${missing} was neither written nor kept`);
        if (fromSpare) removeOthers(next, paths);
        makeDurable(next, [...written], folders);
        writeFileSync(join(next, MANIFEST), text, { flag: 'wx' });
        flush(join(next, MANIFEST));
        flush(next);
        swap();
        if (paths.size < SPARE_FROM) {
          rmSync(place.spare, { recursive: true, force: true });
          rmSync(place.state, { force: true });
        } else {
          remember(text, paths);
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

/** Every file of a release by its path, the manifest itself left out. */
function filesOf(release: { readonly manifest: Manifest } | undefined): Map<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>();
  if (release === undefined) return files;
  for (const file of release.manifest.files) files.set(file.path, file);
  for (const zone of release.manifest.zones.values()) for (const file of zone.files) files.set(file.path, file);
  return files;
}

/** Deletes what is in a folder and not among the paths, empty folders too. */
function removeOthers(root: string, paths: ReadonlySet<string>, below = ''): boolean {
  let kept = false;
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const wanted = entry.isDirectory() ? removeOthers(root, paths, path) : paths.has(path);
    if (wanted) kept = true;
    else rmSync(join(root, path), { recursive: true, force: true });
  }
  return kept;
}
