import { lastUpTo } from '../../dns/master/order.ts';
import { canonicalKey, type DomainName, isBelow, parentName } from '../../dns/name.ts';
import { newBitmaps } from './bitmap.ts';
import { DENIAL, type FileIndex, ownersBelow } from './file-index.ts';
import type { Node } from './nodes.ts';
import { hashOfName, isInsecureCut, nsec3Owner } from './nsec3.ts';

/** How the chain of NSEC3 of a zone differs from what it was: owners of NSEC3 with their bitmaps, and those that are gone. */
export interface ChainChange {
  readonly there: ReadonlyMap<DomainName, string>;
  readonly gone: ReadonlySet<DomainName>;
}

/** What a chain was like, and what has changed in its zone. */
export interface ChainBefore {
  readonly index: FileIndex;
  /** Owners whose types are others now, that came or went, or for which others answer now and did not, or the other way round. */
  readonly changed: ReadonlySet<DomainName>;
  readonly optOut: boolean;
  /** A name of the zone as it is now; `undefined` where it has no RRsets. */
  readonly nodeAt: (owner: DomainName) => Node | undefined;
  /** Whether somebody else answers for a name. */
  readonly isBelowCut: (owner: DomainName) => boolean;
}

/** So many names below another one are looked at for one that has an NSEC3. */
const MOST_BELOW = 1000;

/**
 * Which NSEC3 come, go, or have another bitmap (RFC 5155 section 7.1): those of the names that have changed, and of the empty
 * ones above them. `undefined` where too much would have to be looked at, or a hash is also the name of something.
 */
export function chainChange(before: ChainBefore): ChainChange | undefined {
  const { index, changed, nodeAt } = before;
  const { apex } = index;
  const bitmapOf = newBitmaps('nsec3');
  const names = new Set<DomainName>();
  for (const owner of changed) {
    // The hash of a name may be the first label of another one.
    if (hadNsec3(index, owner)) return undefined;
    for (let name: DomainName | undefined = owner; name !== undefined && !names.has(name); name = parentName(name)) {
      names.add(name);
      if (name === apex) break;
    }
  }
  const there = new Map<DomainName, string>();
  const gone = new Set<DomainName>();
  for (const name of names) {
    const node = nodeAt(name);
    // What is above a name that has changed, and has RRsets of its own, is as it was.
    if (node !== undefined && !changed.has(name)) continue;
    const owner = nsec3Owner(hashOfName(name), apex);
    const was = hadNsec3(index, owner);
    const isThere = node === undefined ? isEmptyName(before, name) : hasNsec3(before, name);
    if (isThere === undefined || nodeAt(owner) !== undefined) return undefined;
    if (isThere && (node !== undefined || !was || changed.has(name))) {
      there.set(owner, node === undefined ? '' : bitmapOf(node));
    } else if (!isThere && was) gone.add(owner);
  }
  return { there, gone };
}

/** Whether an owner had an NSEC3 in the file before. */
function hadNsec3({ owners, denials }: FileIndex, owner: DomainName): boolean {
  const last = lastUpTo(owners.length, (i) => owners[i] as DomainName, canonicalKey(owner));
  return owners[last] === owner && denials[last] === DENIAL.nsec3;
}

/** Whether a name has RRsets now for which it needs an NSEC3. */
function hasNsec3({ optOut, nodeAt, isBelowCut }: ChainBefore, owner: DomainName): boolean {
  const node = nodeAt(owner);
  return node !== undefined && !isBelowCut(owner) && !(optOut && isInsecureCut(node));
}

/** Whether a name without RRsets is above one that has an NSEC3; `undefined` where that would take too long to find out. */
function isEmptyName(before: ChainBefore, name: DomainName): boolean | undefined {
  const { index, changed } = before;
  for (const owner of changed) if (isBelow(owner, name) && hasNsec3(before, owner)) return true;
  let left = MOST_BELOW;
  for (const owner of ownersBelow(index, name)) {
    if (left-- === 0) return undefined;
    if (hasNsec3(before, owner)) return true;
  }
  return false;
}
