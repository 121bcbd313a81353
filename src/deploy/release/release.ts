import type { DomainName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';

/** A file of a release. */
export interface ReleaseFile {
  /** From the top of the release, with `/`. */
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly size: number;
}

/** A zone of a release, as far as rolling out has to do with it. */
export interface ReleaseZone {
  readonly serial: Serial;
  /** Also those for single nodes, below `nodes/<node>/`. */
  readonly files: readonly ReleaseFile[];
}

/** A zone as the manifest lists it: equal lines mean equal zones, and only of those that differ the rest is read. */
export interface ListedZone {
  readonly line: string;
  readonly zone: ReleaseZone;
}

/** What tells whether a file is still the one that was read. */
export interface Fingerprint {
  readonly size: number;
  /** Nanoseconds, as text. */
  readonly modified: string;
  readonly inode: string;
}

/**
 * Where the manifest of a release is on nodes: the lines of zones in parts of their own; all of it in the one file that is for
 * what belongs to no zone, because its zones have no lines; or, on a node that has got it under protocol 3, in `manifest.json`.
 */
export type ManifestPlace = 'parts' | 'top' | 'file';

/** A release that can be rolled out, or was. */
export interface Release {
  /** What it is called on nodes. */
  readonly id: string;
  /** Where its files are on this machine; `undefined` where only its manifest is known. */
  readonly folder: string | undefined;
  /** What the manifest's file in the folder was when it was read: where it is that still, its octets are those. */
  readonly read?: Fingerprint | undefined;
  readonly commit: string | null;
  /** The octets of the manifest: its path in the release, digest and size. */
  readonly manifest: ReleaseFile;
  /** What the manifest says without the lines of zones; all of it where these do not go in parts. */
  readonly top: string;
  readonly manifestIn: ManifestPlace;
  /** What belongs to no single zone. */
  readonly files: readonly ReleaseFile[];
  readonly zones: ReadonlyMap<DomainName, ListedZone>;
  /** The nodes that have files of their own, or had some in a release before. */
  readonly ownNodes: ReadonlySet<string>;
  /** By the names of other releases, as far as that is known: the zones that differ, come or go from there to this one. */
  readonly differs?: ReadonlyMap<string, ReadonlySet<DomainName>>;
}

/**
 * The name of a release: from its commit, for people, and the digest of its manifest. Equal releases have equal names on every
 * machine.
 */
export function releaseId(commit: string | null, sha256: string): string {
  return `${commit === null ? 'uncommitted' : commit.slice(0, 12)}-${sha256.slice(0, 16)}`;
}

/** The zones that differ, come or go between two releases. */
export function zonesBetween(existing: Release, desired: Release): readonly DomainName[] {
  const known = desired.differs?.get(existing.id) ?? existing.differs?.get(desired.id);
  const isSame = (apex: DomainName): boolean => {
    const [before, after] = [existing.zones.get(apex), desired.zones.get(apex)];
    return before === after || before?.line === after?.line;
  };
  if (known !== undefined) return [...known].filter((apex) => !isSame(apex));
  const gone = [...existing.zones.keys()].filter((apex) => !desired.zones.has(apex));
  return [...[...desired.zones.keys()].filter((apex) => !isSame(apex)), ...gone];
}

/** A release as a node has it that has the manifests of these in one file. */
export function asOnNode(release: Release, { whole }: { readonly whole: readonly string[] }): Release {
  return whole.includes(release.id) ? { ...release, manifestIn: 'file' } : release;
}

/**
 * Where a file of a release stands on a node; `undefined` where the node does not get it. What is below `nodes/<node>/` takes
 * the place of what all nodes have. DS data and what is public of keys is for people and builds, not for nodes.
 */
export function pathOnNode(path: string, node: string): { readonly path: string; readonly own: boolean } | undefined {
  if (path.startsWith('nodes/')) {
    const mine = `nodes/${node}/`;
    return path.startsWith(mine) ? { path: path.slice(mine.length), own: true } : undefined;
  }
  return path.startsWith('ds/') || path.startsWith('keys/') ? undefined : { path, own: false };
}

/** The files of a list as a node has them, by their paths there. */
export function filesOnNode(files: readonly ReleaseFile[], node: string): Map<string, ReleaseFile> {
  const there = new Map<string, ReleaseFile>();
  for (const own of [false, true]) {
    for (const file of files) {
      const at = pathOnNode(file.path, node);
      if (at?.own === own) there.set(at.path, file);
    }
  }
  return there;
}

/** The file of a zone as a node has it, and its path there. */
export function zoneOnNode(
  zone: ReleaseZone,
  node: string,
): { readonly path: string; readonly file: ReleaseFile } | undefined {
  for (const [path, file] of filesOnNode(zone.files, node)) if (path.startsWith('zones/')) return { path, file };
  return undefined;
}

/** The file of a zone as a node has it. */
export function zoneFileOnNode(zone: ReleaseZone, node: string): ReleaseFile | undefined {
  return zoneOnNode(zone, node)?.file;
}
