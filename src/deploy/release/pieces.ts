import { sameOctets } from '../../dns/same-octets.ts';

/** What a file is made of: octets of the file that was there before, and octets of its own. */
export type Piece =
  | { readonly kind: 'copy'; readonly offset: number; readonly size: number }
  | { readonly kind: 'data'; readonly octets: Buffer };

/** Shorter than this nothing is copied: it takes a process on the node. */
const WORTHWHILE = 1024;

/** So many copies are made of a file, and so many lines are looked at for one that was there before. */
const COPIES = 16;
/** At so many places the two are held against each other. */
const PLACES = 64;
const LOOKED_AT = 64;

/** Lines that are shorter stand in files more than once. */
const TELLING = 24;

/**
 * Works out of which pieces a text can be made that is much like the one before: those that are made one after the other are
 * the text, and each is of whole lines, but for the last. `undefined` where the two are not that much alike. The cost is one
 * look at each octet.
 */
export function piecesOf(before: Buffer, after: Buffer): Piece[] | undefined {
  const pieces: Piece[] = [];
  let copies = 0;
  let places = 0;
  let begun = 0;
  let old = 0;
  for (let at = 0; at < after.length; ) {
    if (++places > PLACES) return undefined;
    const same = sameOctets(before, old, after, at);
    const first = at === 0 ? 0 : after.indexOf(NEWLINE, at - 1) + 1;
    const end = at + same === after.length ? after.length : after.lastIndexOf(NEWLINE, at + same - 1) + 1;
    if (same >= WORTHWHILE && end - first >= WORTHWHILE) {
      if (++copies > COPIES) return undefined;
      if (first > begun) pieces.push({ kind: 'data', octets: after.subarray(begun, first) });
      pieces.push({ kind: 'copy', offset: old + first - at, size: end - first });
      begun = end;
    }
    at += same;
    old += same;
    const next = at < after.length ? nextKnown(before, old, after, at) : undefined;
    if (next === undefined) break;
    [old, at] = next;
  }
  if (begun < after.length) pieces.push({ kind: 'data', octets: after.subarray(begun) });
  return pieces;
}

const NEWLINE = 10;

/** The next line that was there before, behind what was found already, and where: `undefined` where none is near. */
function nextKnown(before: Buffer, old: number, after: Buffer, from: number): [number, number] | undefined {
  for (let looked = 0, at = from; looked < LOOKED_AT; looked++) {
    const end = after.indexOf(NEWLINE, at);
    if (end < 0) return undefined;
    const next = after.indexOf(NEWLINE, end + 1);
    const line = after.subarray(end, next < 0 ? after.length : next + 1);
    const found = line.length < TELLING ? -1 : before.indexOf(line, old);
    if (found >= 0) return [found, end];
    at = end + 1;
  }
  return undefined;
}
