import { createHash } from 'node:crypto';
import type { DomainName } from '../../dns/name.ts';
import type { FileToSend } from './difference.ts';
import type { Release } from './release.ts';

/** The parts of a manifest that a node has to get, and the paths of those that are gone. */
export interface PartsToSend {
  readonly send: readonly FileToSend[];
  readonly remove: readonly string[];
}

/** What the manifest says without the lines of zones. */
const TOP = 'manifest/top.json';

/** So many zones have a part of the manifest together, taken over all: single parts have half to twice as many. */
const ZONES = 8;

/**
 * Works out in which parts of the manifest two releases differ: those of zones whose lines differ, given in `differing`, and those
 * that come, go, or lose zones to one that comes because there are more or fewer zones.
 */
export function partsBetween(
  existing: Release | undefined,
  desired: Release,
  differing: readonly DomainName[],
): PartsToSend {
  const former = existing?.manifestIn === 'file' ? undefined : existing;
  const before = former === undefined ? 0 : partCount(former);
  const after = partCount(desired);
  const changed = new Set<number>();
  for (let part = Math.min(before, after); part < Math.max(before, after); part++)
    changed.add(part).add(takenFrom(part));
  if (before > 0 && after > 0) for (const apex of differing) changed.add(partOf(apex, before)).add(partOf(apex, after));
  const send: FileToSend[] = [];
  const remove: string[] = former === undefined && existing !== undefined ? [existing.manifest.path] : [];
  // Such a one is never sent, but may be what an older one is turned into.
  if (desired.manifestIn === 'file') return { send, remove: [...remove, ...allParts(former)] };
  if (former?.top !== desired.top) send.push(asFile(TOP, desired.top));
  const zones = zonesByPart(desired, former, changed, differing);
  for (const part of changed) {
    const text = zones[part]?.map((apex) => `${desired.zones.get(apex)?.line}\n`).join('');
    if (text === undefined) remove.push(pathOf(part));
    else send.push(asFile(pathOf(part), text));
  }
  return { send, remove };
}

/** The zones of each part, in the order of their names, for as long as a release is known. */
const known = new WeakMap<Release['zones'], readonly DomainName[][]>();

/** Finds the zones of each part; after a release for which they are known, only those of parts that differ are looked at. */
function zonesByPart(
  desired: Release,
  former: Release | undefined,
  changed: ReadonlySet<number>,
  differing: readonly DomainName[],
): readonly DomainName[][] {
  const { zones } = desired;
  const count = partCount(desired);
  const found = count > 0 ? known.get(zones) : undefined;
  if (found !== undefined) return found;
  const theirs = former && known.get(former.zones);
  const parts = Array.from({ length: count }, (_, part) => (changed.has(part) ? [] : (theirs?.[part] ?? [])));
  const there = theirs && [...changed].flatMap((part) => theirs[part] ?? []);
  for (const apex of there === undefined ? zones.keys() : new Set([...there, ...differing].sort()))
    if (zones.has(apex)) parts[partOf(apex, count)]?.push(apex);
  if (count > 0) known.set(zones, parts);
  return parts;
}

function allParts(release: Release | undefined): string[] {
  if (release === undefined) return [];
  return [TOP, ...Array.from({ length: partCount(release) }, (_, part) => pathOf(part))];
}

function partCount({ manifestIn, zones }: Release): number {
  return manifestIn === 'parts' ? Math.ceil(zones.size / ZONES) : 0;
}

/**
 * The part in which the line of a zone is, of so many. With each zone more a part that comes takes zones from one other part
 * alone (linear hashing), so that no number of zones is one at which all parts change.
 */
function partOf(apex: DomainName, count: number): number {
  // FNV-1a, of which the lowest bits say least.
  let hash = 0x811c9dc5;
  for (let at = 0; at < apex.length; at++) hash = Math.imul(hash ^ apex.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  const size = 1 << (32 - Math.clz32(count - 1));
  const part = hash & (size - 1);
  return part < count ? part : part - size / 2;
}

/** The part from which one has taken its zones when it came. */
function takenFrom(part: number): number {
  return part === 0 ? 0 : part - (1 << (31 - Math.clz32(part)));
}

/** Of a million zones no folder has more than a few hundred entries. */
function pathOf(part: number): string {
  return `manifest/${hex(part >> 8)}/${hex(part & 255)}`;
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}

function asFile(path: string, text: string): FileToSend {
  const octets = Buffer.from(text);
  const sha256 = createHash('sha256').update(octets).digest('hex');
  return { path, file: { path, sha256, size: octets.length }, text };
}
