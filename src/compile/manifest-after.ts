import type { DomainName } from '../dns/name.ts';
import { sameOctets } from '../dns/same-octets.ts';
import {
  apexOf,
  END,
  lazyEntry,
  type ManifestEntry,
  type ReadManifest,
  readTop,
  SEPARATOR,
  ZONES,
} from './manifest.ts';

/** A manifest that was read, and what from. */
export interface KnownManifest {
  readonly octets: Buffer;
  readonly manifest: ReadManifest;
}

/** A manifest that was read after another one. */
export interface ManifestAfter {
  readonly manifest: ReadManifest;
  /** The zones whose lines are other ones. */
  readonly differ: ReadonlySet<DomainName>;
}

/** Of so many zones that differ each is looked for. */
const MOST = 1000;

const NEWLINE = 10;

/**
 * Reads a manifest like `readManifest`, where it has the same zones as another one and few of their lines differ: the cost is one
 * look at the octets, and what differs. `undefined` where that is not so.
 *
 * @throws ManifestError where what belongs to no zone is damaged.
 */
export function readManifestAfter(octets: Buffer, before: KnownManifest): ManifestAfter | undefined {
  const old = before.octets;
  if (before.manifest.top === undefined || !isPrinted(octets) || !isPrinted(old)) return undefined;
  const begin = octets.indexOf(ZONES);
  let [from, at] = [old.indexOf(ZONES) + ZONES.length, begin + ZONES.length];
  const [oldEnd, end] = [old.length - END.length, octets.length - END.length];
  const lines = new Map<DomainName, ManifestEntry>();
  while (from < oldEnd && at < end) {
    const same = sameOctets(old, from, octets, at);
    if (from + same >= oldEnd && at + same >= end) break;
    // The line in which they differ begins at the same distance.
    const first = octets.lastIndexOf(NEWLINE, at + same - 1) + 1;
    const [was, is] = [lineAt(old, from + first - at, oldEnd), lineAt(octets, first, end)];
    const apex = apexOf(is.text);
    if (apex === undefined || apex !== apexOf(was.text) || was.isLast !== is.isLast || lines.size === MOST)
      return undefined;
    lines.set(apex, lazyEntry(is.text));
    [from, at] = [was.next, is.next];
  }
  const top = `${octets.toString('utf8', 0, begin)}${ZONES}${END}`;
  const zones = new Map(before.manifest.zones);
  for (const [apex, entry] of lines) zones.set(apex, entry);
  return { manifest: { ...readTop(top), zones, top }, differ: new Set(lines.keys()) };
}

/** Whether it has the form in which every zone has its line, and there is one. */
function isPrinted(octets: Buffer): boolean {
  const begin = octets.indexOf(ZONES);
  const end = octets.length - END.length;
  return begin >= 0 && begin + ZONES.length < end && octets.toString('latin1', end) === END;
}

/** A line of a zone without its end, and where the next one begins. */
function lineAt(octets: Buffer, first: number, end: number): { text: string; isLast: boolean; next: number } {
  const found = octets.indexOf(SEPARATOR, first);
  const isLast = found < 0 || found >= end;
  const last = isLast ? end : found;
  return { text: octets.toString('utf8', first, last), isLast, next: isLast ? end : last + SEPARATOR.length };
}
