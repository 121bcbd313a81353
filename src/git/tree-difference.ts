import type { FolderEntry } from './tree-object.ts';
import { compareSpans, entryOf, nameOf, spanAt } from './tree-object.ts';

/** A name whose entry differs between two states of a folder; `undefined`: it is not there. */
export interface EntryDifference {
  readonly name: string;
  readonly before: FolderEntry | undefined;
  readonly after: FolderEntry | undefined;
}

/** Octets that are compared at once. */
const CHUNK = 1024;

/**
 * How two states of a folder differ, in git's order. What is the same before the first difference and behind the last one is
 * passed over as octets. A file that became a folder is two differences of one name, as git sorts them apart.
 */
export function differingEntries(before: Buffer, after: Buffer, idOctets: number): EntryDifference[] {
  const differences: EntryDifference[] = [];
  let old = commonEntries(before, after, idOctets);
  let now = old;
  while (!sameFrom(before, old, after, now)) {
    const was = spanAt(before, old, idOctets);
    const is = spanAt(after, now, idOctets);
    const order = was === undefined ? 1 : is === undefined ? -1 : compareSpans(before, was, after, is);
    const left = order <= 0 ? was : undefined;
    const right = order >= 0 ? is : undefined;
    if (left !== undefined) old = left.end;
    if (right !== undefined) now = right.end;
    const entry = left && entryOf(before, left);
    const next = right && entryOf(after, right);
    if (entry?.id === next?.id && entry?.mode === next?.mode) continue;
    const name = left === undefined ? right && nameOf(after, right) : nameOf(before, left);
    differences.push({ name: name as string, before: entry, after: next });
  }
  return differences;
}

/** Where the first entry begins that is not the same in both. */
function commonEntries(before: Buffer, after: Buffer, idOctets: number): number {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter) {
    const end = Math.min(same + CHUNK, shorter);
    if (before.compare(after, same, end, same, end) !== 0) break;
    same = end;
  }
  let at = 0;
  for (;;) {
    const span = spanAt(before, at, idOctets);
    if (span === undefined || span.end > same) return at;
    at = span.end;
  }
}

function sameFrom(before: Buffer, old: number, after: Buffer, now: number): boolean {
  if (before.length - old !== after.length - now) return false;
  return old === before.length || before.compare(after, now, after.length, old, before.length) === 0;
}
