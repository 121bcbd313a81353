import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinManifest, MANIFEST, type Manifest, type ReadManifest, readManifest } from '../../compile/manifest.ts';
import { fingerprintOf, isUntouched } from '../../compile/release/state.ts';
import { type Release, releaseId } from '../../deploy/release/release.ts';

/** A release as it is rolled out, from its manifest and the folder that its files are in, if they are here. */
function releaseOf(
  manifest: ReadManifest,
  text: string,
  folder: string | undefined,
  octets: Buffer = Buffer.from(text),
): Release {
  const sha256 = createHash('sha256').update(octets).digest('hex');
  return {
    id: releaseId(manifest.commit, sha256),
    folder,
    commit: manifest.commit,
    manifest: { path: MANIFEST, sha256, size: octets.length },
    top: manifest.top ?? text,
    manifestIn: manifest.top === undefined ? 'top' : 'parts',
    files: manifest.files,
    zones: manifest.zones,
    ownNodes: ownNodesIn(text),
  };
}

/** A release that a node has, from what it prints of its manifest. Throws a ManifestError. */
export function releaseFromNode(printed: string): Release {
  const text = joinManifest(printed);
  return releaseOf(readManifest(text), text, undefined);
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

/** Reads the release in a folder as it is rolled out. Throws a ManifestError, or what the file system throws. */
export function readRelease(folder: string): Release {
  return readReleaseAfter(folder, undefined).release;
}

/** The same, and its manifest. What is the same as in a manifest that is known is taken from there. */
export function readReleaseAfter(
  folder: string,
  known: Manifest | undefined,
): { readonly release: Release; readonly manifest: Manifest } {
  const file = join(folder, MANIFEST);
  const before = fingerprintOf(file);
  const octets = readFileSync(file);
  const read = before !== undefined && isUntouched(file, before) ? before : undefined;
  // Of a text of several megabytes even its decoding is noticed.
  const text = octets.toString(isAscii(octets) ? 'latin1' : 'utf8');
  const manifest = readManifest(text, known?.zones);
  return { release: { ...releaseOf(manifest, text, folder, octets), read }, manifest };
}
