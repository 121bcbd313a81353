import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinManifest, MANIFEST, type ReadManifest, readManifest } from '../../compile/manifest.ts';
import { type KnownManifest, readManifestAfter } from '../../compile/manifest-after.ts';
import { fingerprintOf, isUntouched } from '../../compile/release/state.ts';
import { type Release, releaseId } from '../../deploy/release/release.ts';
import type { DomainName } from '../../dns/name.ts';

/** A release as it is rolled out, from its manifest and the folder that its files are in, if they are here. */
function releaseOf(manifest: ReadManifest, octets: Buffer, folder: string | undefined): Omit<Release, 'ownNodes'> {
  const sha256 = createHash('sha256').update(octets).digest('hex');
  return {
    id: releaseId(manifest.commit, sha256),
    folder,
    commit: manifest.commit,
    manifest: { path: MANIFEST, sha256, size: octets.length },
    top: manifest.top ?? octets.toString(),
    manifestIn: manifest.top === undefined ? 'top' : 'parts',
    files: manifest.files,
    zones: manifest.zones,
  };
}

/** A release that a node has, from what it prints of its manifest. Throws a ManifestError. */
export function releaseFromNode(printed: string): Release {
  const text = joinManifest(printed);
  return { ...releaseOf(readManifest(text), Buffer.from(text), undefined), ownNodes: ownNodesIn(text) };
}

/** The nodes of which paths in the text of a manifest say that they have files of their own. */
function ownNodesIn(text: string): Set<string> {
  const nodes = new Set<string>();
  for (let at = text.indexOf(OWN); at >= 0; at = text.indexOf(OWN, at)) {
    at += OWN.length;
    const node = text.slice(at, text.indexOf('/', at));
    if (!node.includes('"')) nodes.add(node);
  }
  return nodes;
}

const OWN = '"path":"nodes/';

/** The node of which a path says the same. */
function nodeOf(path: string): string | undefined {
  return /^nodes\/([^/]+)\//.exec(path)?.[1];
}

/** Reads the release in a folder as it is rolled out. Throws a ManifestError, or what the file system throws. */
export function readRelease(folder: string): Release {
  return readReleaseAfter(folder, undefined).release;
}

/** A release that was read, and its manifest. */
export interface KnownRelease extends KnownManifest {
  readonly release: Release;
}

/** So many releases are known by the zones in which they differ from the last. */
const KNOWN = 30;

/** The same, and its manifest. What is the same as in a release that is known is taken from there. */
export function readReleaseAfter(folder: string, known: KnownRelease | undefined): KnownRelease {
  const file = join(folder, MANIFEST);
  const before = fingerprintOf(file);
  const octets = readFileSync(file);
  const read = before !== undefined && isUntouched(file, before) ? before : undefined;
  const after = known && readManifestAfter(octets, known);
  if (known !== undefined && after !== undefined) {
    const { manifest, differ } = after;
    const own = [...manifest.files, ...[...differ].flatMap((apex) => manifest.zones.get(apex)?.zone.files ?? [])];
    const ownNodes = new Set([...known.release.ownNodes, ...own.flatMap(({ path }) => nodeOf(path) ?? [])]);
    const differs = differsAfter(known.release, differ);
    return { release: { ...releaseOf(manifest, octets, folder), read, ownNodes, differs }, manifest, octets };
  }
  // Of a text of several megabytes even its decoding is noticed.
  const text = octets.toString(isAscii(octets) ? 'latin1' : 'utf8');
  const manifest = readManifest(text, known?.manifest.zones);
  return { release: { ...releaseOf(manifest, octets, folder), read, ownNodes: ownNodesIn(text) }, manifest, octets };
}

/** In what a release differs from those before, given in what from the last. */
function differsAfter(last: Release, differ: ReadonlySet<DomainName>): NonNullable<Release['differs']> {
  const earlier = [...(last.differs ?? [])].slice(-KNOWN);
  return new Map([
    ...earlier.map(([id, zones]) => [id, new Set([...zones, ...differ])] as const),
    [last.id, differ] as const,
  ]);
}
