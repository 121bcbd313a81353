import { lstatSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { takeLock } from '../../state/files/lock.ts';
import { MANIFEST } from '../manifest.ts';
import type { ExistingRelease, ReleasePlace } from './place.ts';
import { type Fingerprint, fingerprintOf, isUntouched, type KnownFile, writeState } from './state.ts';

/**
 * What the process that wrote a release knows of it and of its spare as long as it stays. Whether all is still as it was is
 * found out by a look at the manifest, at the folders, which tell of files that come and go, and at some files of many, others
 * every time.
 */
export interface KnownRelease {
  readonly place: ReleasePlace;
  readonly release: ExistingRelease;
  /** All files of the release. */
  readonly files: Map<string, KnownFile>;
  /** The files that the spare has otherwise, or not at all; `undefined` where there is no spare. */
  readonly behind: ReadonlySet<string> | undefined;
  /** The files that only the spare has. */
  readonly surplus: ReadonlySet<string>;
}

/** Keeps what is known of one release. */
export interface ReleaseMemory {
  /** What is known of the release in a folder; `undefined` where nothing is, or somebody has been at it. */
  recall(place: ReleasePlace): KnownRelease | undefined;
  /** Takes note of a release that has just come into its folder. */
  note(known: KnownRelease): void;
  /** Files to be looked at this time, of those that are not expected to differ. */
  sample(): readonly string[];
  /** Knows nothing any more: something is about to change. */
  forget(): void;
  /** Looks at all files, and writes down what the next process has to know of them. Never throws. */
  rest(): void;
}

/** How many files are looked at each time. */
const SAMPLE = 200;

interface Held {
  readonly known: KnownRelease;
  readonly manifest: Fingerprint | undefined;
  readonly folders: ReadonlyMap<string, string>;
  written: boolean;
}

/** A memory of no release. */
export function newReleaseMemory(): ReleaseMemory {
  let held: Held | undefined;
  let turn: Iterator<string> | undefined;
  let of: KnownRelease['files'] | undefined;
  const isSound = ({ known, manifest, folders }: Held): boolean =>
    manifest !== undefined &&
    isUntouched(join(known.place.folder, MANIFEST), manifest) &&
    [...folders].every(([path, mark]) => markOf(path) === mark);
  let folders: { readonly of: KnownRelease['files']; readonly all: Set<string> } | undefined;
  /** The folders of files. Where the same files were only brought up to date, one that is gone may be among them. */
  const foldersOf = ({ files, behind }: KnownRelease): ReadonlySet<string> => {
    const isSame = folders?.of === files;
    if (folders === undefined || !isSame) folders = { of: files, all: new Set(['.']) };
    for (const path of isSame ? (behind ?? []) : files.keys()) folders.all.add(dirname(path));
    return folders.all;
  };
  const recall = (place: ReleasePlace): KnownRelease | undefined => {
    if (held?.known.place.folder !== place.folder || !isSound(held)) held = undefined;
    return held?.known;
  };
  return {
    recall,
    note(known) {
      const { place, behind } = known;
      const tops = behind === undefined ? [place.folder] : [place.folder, place.spare];
      const paths = tops.flatMap((top) => [...foldersOf(known)].map((folder) => join(top, folder)));
      held = {
        known,
        manifest: fingerprintOf(join(place.folder, MANIFEST)),
        folders: new Map(paths.map((path) => [path, markOf(path)])),
        written: false,
      };
    },
    sample() {
      const files = held?.known.files;
      if (files === undefined) return [];
      if (of !== files) turn = undefined;
      of = files;
      const paths: string[] = [];
      while (paths.length < Math.min(SAMPLE, files.size)) {
        turn ??= files.keys();
        const next = turn.next();
        if (next.done === true) turn = undefined;
        else paths.push(next.value);
      }
      return paths;
    },
    forget() {
      held = undefined;
    },
    rest() {
      try {
        if (held === undefined || held.written) return;
        const { place } = held.known;
        const lock = takeLock(place.lock, 'building into the same folder');
        try {
          const known = recall(place);
          const isWhole = ([path, file]: [string, KnownFile]): boolean => isUntouched(join(place.folder, path), file);
          if (known === undefined || ![...known.files].every(isWhole)) held = undefined;
          else if (known.behind !== undefined) writeState(place.state, known.release.text, known.files);
          if (held !== undefined) held.written = true;
        } finally {
          lock.release();
        }
      } catch {
        // Somebody is at it, who will write it down.
      }
    },
  };
}

/** What tells whether a file has come into a folder or gone from it. */
function markOf(folder: string): string {
  const stat = lstatSync(folder, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs}`;
}

/** Removes a file, and the folders above it that are empty then. */
export function removeWithFolders(root: string, path: string): void {
  rmSync(join(root, path), { recursive: true, force: true });
  try {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) rmdirSync(join(root, folder));
  } catch {
    // It is not empty, or is gone already.
  }
}
