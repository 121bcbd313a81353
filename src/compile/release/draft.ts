import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rm,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDurable } from '../../state/files/durable.ts';
import { flush } from '../../state/files/flush.ts';
import { type Lock, takeLock } from '../../state/files/lock.ts';
import { allFiles, MANIFEST, type Manifest, printManifest, type ReleaseFile } from '../manifest.ts';
import { diskError } from './error.ts';
import type { HashThread } from './hash-thread.ts';
import { type ExistingRelease, findOrSalvage, placeOfRelease, type ReleasePlace, recover } from './place.ts';
import { type KnownRelease, type ReleaseMemory, removeWithFolders } from './release-memory.ts';
import { AHEAD, openSink, type ReleaseSink } from './sink.ts';
import {
  fingerprintOf,
  isFile,
  isUntouched,
  type KnownFile,
  type ReleaseState,
  readFile,
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
  /** The octets of a file that was created and has ended; `undefined` where there is none. */
  read(path: string): Buffer | undefined;
  /** Is told of a file of a release before that will be read soon. */
  foresee(file: ReleaseFile): void;
  /** The octets of a file of a release before; `undefined` where it is missing or not as it is described. */
  readBefore(release: ExistingRelease, file: ReleaseFile): Promise<Buffer | undefined>;
  /** Whether a file of the release in the folder is known to be as it was written, without reading it. */
  isAsWritten(path: string): boolean;
  /**
   * Takes over the files of the release that is in the folder, but for some paths; hard-linked where that is possible. Gives
   * the paths that have to be written instead: the files are missing or not what the manifest says.
   */
  keepAll(except: ReadonlySet<string>): string[];
  /** Takes files over from a release in another folder. Gives those that have to be written instead. */
  keepFrom(release: ExistingRelease, files: readonly ReleaseFile[]): ReleaseFile[];
  /** The paths of the files in the folder that are missing or not what the manifest says. */
  findDamage(): string[];
  /**
   * Puts a manifest into the release in the folder whose files are all the same, in one step. `text`: the manifest, where it is
   * printed already.
   */
  replaceManifest(manifest: Manifest, text?: string): void;
  /** Puts the draft in the place of what is in the folder. It holds what was created and kept, and nothing else. */
  publish(manifest: Manifest, text?: string): void;
  /** Clears away what was not published and gives the lock back. To be called in any case; never throws. */
  close(): void;
}

/** Fewer files than this are linked anew for every release; for more the release before is kept as a spare to work on. */
const SPARE_FROM = 500;

/**
 * Opens a draft for a folder, which is there and empty, holds a release, or is not there yet. Holds a lock until it is closed.
 * With a memory what it knows of the release is believed, and what has become of no use is removed while others go on. A thread
 * hashes long files, and reads those of the release before.
 *
 * @throws ReleaseError where the folder holds something else, another build is at it, or the disk refuses.
 */
export function openDraft(folder: string, memory?: ReleaseMemory, thread?: HashThread): ReleaseDraft {
  const place = guarded(`write ${folder}`, () => placeOfRelease(folder));
  const lock = guarded(`lock ${place.lock}`, () => takeLock(place.lock, 'building into the same folder'));
  try {
    recover(place);
    const known = memory?.recall(place);
    if (known !== undefined)
      return newDraft(place, lock, { existing: known.release, state: known.files, known, memory, thread });
    let state: ReleaseState | undefined;
    const existing = findOrSalvage(place.folder, (text) => {
      state = readState(place.state, text);
      return state !== undefined;
    });
    // Without a state a spare is what a killed build has left.
    if (state === undefined) rmSync(place.spare, { recursive: true, force: true });
    return newDraft(place, lock, { existing, state, known, memory, thread });
  } catch (error) {
    lock.release();
    throw diskError(error, `write ${place.folder}`);
  }
}

/** What a draft begins with. */
interface Beginning {
  readonly existing: ExistingRelease | undefined;
  readonly state: ReleaseState | undefined;
  readonly known: KnownRelease | undefined;
  readonly memory: ReleaseMemory | undefined;
  readonly thread: HashThread | undefined;
}

function newDraft(
  place: ReleasePlace,
  lock: Lock,
  { existing, state, known, memory, thread }: Beginning,
): ReleaseDraft {
  const next = newName(place);
  const folders = new Set<string>();
  /** The paths that were written, which the disk does not have for sure. */
  const written = new Set<string>();
  /** The paths that were linked from another release. */
  const linked = new Set<string>();
  /** The paths of which the spare had the right file already. */
  const found = new Set<string>();
  /** Where the rest of the spare is as it must be: the paths that it has and the new release has not, or not so. */
  let others: Set<string> | undefined;
  /** Files of the release before that are looked at, though they are expected to be as they were. */
  const sample = memory?.sample() ?? [];
  let begun = false;
  let fromSpare = false;
  let swapped = false;

  const begin = (): void => {
    if (begun) return;
    begun = true;
    memory?.forget();
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
  let longOnes: ReadonlySet<string> | undefined;
  /** Whether a file is a long one in the release before. */
  const isLong = (path: string): boolean => {
    if (state !== undefined) return (state.get(path)?.size ?? 0) >= AHEAD;
    longOnes ??= new Set(existingFiles().flatMap((file) => (file.size < AHEAD ? [] : [file.path])));
    return longOnes.has(path);
  };
  const swap = (): void => {
    lock.assertHeld();
    swapped = true;
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
  const removeSpare = (): void => {
    if (memory === undefined) {
      rmSync(place.spare, { recursive: true, force: true });
      return;
    }
    // This process stays, and long files take a while to be removed.
    const aside = newName(place);
    rmSync(join(place.spare, MANIFEST), { force: true });
    renameSync(place.spare, aside);
    // The next build clears away what is left of it.
    rm(aside, { recursive: true, force: true }, () => undefined);
  };
  /** What is known of the new release, from what is known of the one before and what has changed. */
  const knownNow = (before: KnownRelease, release: ExistingRelease): KnownRelease => {
    const { files } = before;
    const surplus = new Set<string>();
    for (const path of others ?? []) if (!isHere(path) && files.delete(path)) surplus.add(path);
    for (const path of [...linked, ...written]) {
      const fingerprint = fingerprintOf(join(place.folder, path));
      // What was linked is in the spare, which was the release.
      if (fingerprint === undefined) files.delete(path);
      else files.set(path, { ...fingerprint, inSpare: linked.has(path) });
    }
    return { place, release, files, behind: new Set(written), surplus };
  };
  const isHere = (path: string): boolean => written.has(path) || linked.has(path);
  const remember = (): ReleaseState => {
    const files = new Map<string, KnownFile>();
    for (const path of found) files.set(path, state?.get(path) as KnownFile);
    for (const path of [...linked, ...written]) {
      const fingerprint = fingerprintOf(join(place.folder, path));
      if (fingerprint === undefined) continue;
      files.set(path, { ...fingerprint, inSpare: isUntouched(join(place.spare, path), fingerprint) });
    }
    return files;
  };
  /** Keeps for the next release what is known of this one: in memory, or beside it. */
  const noteRelease = (release: ExistingRelease, count: number): void => {
    const spared = count >= SPARE_FROM;
    if (!spared) {
      if (existing !== undefined) removeSpare();
      rmSync(place.state, { force: true });
    }
    if (others !== undefined && known !== undefined) {
      memory?.note(knownNow(known, release));
      return;
    }
    if (!spared && memory === undefined) return;
    const files = remember();
    if (spared) writeState(place.state, release.text, files);
    if (memory === undefined) return;
    const behind = [...files].flatMap(([path, { inSpare }]) => (inSpare ? [] : [path]));
    const before = existing === undefined ? [] : allFiles(existing.manifest).map(({ path }) => path);
    const surplus = new Set(before.filter((path) => !files.has(path)));
    memory.note({ place, release, files: new Map(files), behind: spared ? new Set(behind) : undefined, surplus });
  };

  return {
    existing,
    create: (path) =>
      guarded(`write ${path}`, () => {
        const target = makeRoom(path);
        written.add(path);
        return openSink(target, path, isLong(path) ? thread : undefined);
      }),
    foresee(file) {
      if (file.size >= AHEAD) thread?.getReady();
    },
    async readBefore({ folder }, file) {
      const read = file.size < AHEAD ? undefined : await thread?.read(join(folder, file.path), file.size);
      return read !== undefined && read.digest === file.sha256 ? read.octets : readFile(folder, file);
    },
    read: (path) => guarded(`read ${path}`, () => (written.has(path) ? readFileSync(join(next, path)) : undefined)),
    isAsWritten(path) {
      const file = state?.get(path);
      return file !== undefined && isUntouched(join(place.folder, path), file);
    },
    keepAll: (except) =>
      guarded('take over the release before', () => {
        begin();
        if (state === undefined) {
          const kept = existingFiles().filter(({ path }) => !except.has(path));
          return keepFiles(place.folder, kept).map(({ path }) => path);
        }
        const doubtful: string[] = [];
        // Where what is in the spare is known, only what it has not got is looked at, and a few others.
        const toSee = known?.behind === undefined || !fromSpare ? state.keys() : [...known.behind, ...sample];
        for (const path of toSee)
          if (!except.has(path) && !isHere(path) && !keepKnown(path, state.get(path) as KnownFile)) doubtful.push(path);
        if (known?.behind !== undefined && fromSpare) others = new Set([...known.surplus, ...except, ...doubtful]);
        return keepFiles(place.folder, filesAt(doubtful)).map(({ path }) => path);
      }),
    keepFrom: (release, files) => guarded(`take over ${release.folder}`, () => keepFiles(release.folder, files)),
    findDamage: () =>
      guarded('read the release', () => {
        const doubtful =
          state === undefined
            ? existingFiles()
            : filesAt(
                (known === undefined ? [...state.keys()] : sample).filter(
                  (path) => !isUntouched(join(place.folder, path), state.get(path) as KnownFile),
                ),
              );
        return doubtful.filter((file) => !isFile(place.folder, file)).map(({ path }) => path);
      }),
    replaceManifest: (manifest, text = printManifest(manifest)) =>
      guarded('write the manifest', () => {
        lock.assertHeld();
        memory?.forget();
        writeFileSync(next, text);
        flush(next);
        renameSync(next, join(place.folder, MANIFEST));
        flush(place.folder);
        const release = { folder: place.folder, manifest, text };
        if (known !== undefined) memory?.note({ ...known, release });
        else if (state !== undefined) writeState(place.state, text, state);
      }),
    publish: (manifest, text = printManifest(manifest)) =>
      guarded('publish the release', () => {
        begin();
        const count = others === undefined ? written.size + linked.size + found.size : (state?.size ?? 0);
        if (others !== undefined) for (const path of others) if (!isHere(path)) removeWithFolders(next, path);
        if (fromSpare && others === undefined)
          removeOthers(next, (path) => found.has(path) || linked.has(path) || written.has(path));
        makeDurable(next, [...written, ...folders]);
        writeFileSync(join(next, MANIFEST), text, { flag: 'wx' });
        flush(join(next, MANIFEST));
        flush(next);
        swap();
        noteRelease({ folder: place.folder, manifest, text }, count);
      }),
    close() {
      try {
        rmSync(next, { recursive: true, force: true });
      } catch {
        // The next build clears it away.
      }
      // The spare is gone, and the release is as it was.
      if (begun && !swapped && known !== undefined) memory?.note({ ...known, behind: undefined, surplus: new Set() });
      lock.release();
    },
  };
}

/** A name that nothing has yet. A folder of such a name that is left there is cleared away by the next build. */
function newName(place: ReleasePlace): string {
  return `${place.next}${process.pid}-${randomBytes(4).toString('hex')}`;
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
