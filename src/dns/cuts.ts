import type { DomainName } from './name.ts';
import { isAtOrBelow, parentName, ROOT } from './name.ts';
import type { RRset } from './rrset.ts';

const NS = 2;
const DNAME = 39;

/** Where a zone ends: at its cuts (owners with NS that are not the apex), and below its DNAMEs. */
export interface ZoneCuts {
  /** The nearest cut strictly above the name, within the zone. */
  cutAbove(name: DomainName): DomainName | undefined;
  /** The cut at the name, else the nearest above. */
  cutAtOrAbove(name: DomainName): DomainName | undefined;
  /** The nearest DNAME owner strictly above the name, within the zone. */
  dnameAbove(name: DomainName): DomainName | undefined;
}

/** Finds cuts and DNAMEs in one pass over the owners of a zone. */
export function findCuts(apex: DomainName, names: ReadonlyMap<DomainName, readonly RRset[]>): ZoneCuts {
  const cuts = new Set<DomainName>();
  const dnames = new Set<DomainName>();
  for (const [owner, rrsets] of names) {
    for (const { type } of rrsets) {
      if (type === NS && owner !== apex) cuts.add(owner);
      else if (type === DNAME) dnames.add(owner);
    }
  }
  return zoneCuts(apex, cuts, dnames);
}

/** The same of cuts and DNAMEs that are found already. */
export function zoneCuts(apex: DomainName, cuts: ReadonlySet<DomainName>, dnames: ReadonlySet<DomainName>): ZoneCuts {
  // One name is asked about several times in a row.
  let lastName: DomainName | undefined;
  let lastCut: DomainName | undefined;
  const cutAbove = (name: DomainName): DomainName | undefined => {
    if (cuts.size === 0 || name === lastName) return lastCut;
    lastName = name;
    lastCut = nearestAbove(apex, name, cuts);
    return lastCut;
  };
  return {
    cutAbove,
    cutAtOrAbove: (name) => (cuts.size > 0 && cuts.has(name) ? name : cutAbove(name)),
    dnameAbove: (name) => nearestAbove(apex, name, dnames),
  };
}

/** The nearest name of a set strictly between the name and the apex, or the apex itself if it is in the set. */
function nearestAbove(apex: DomainName, name: DomainName, set: ReadonlySet<DomainName>): DomainName | undefined {
  if (set.size === 0 || name === apex || !isAtOrBelow(name, apex)) return undefined;
  if (isRightBelow(name, apex)) return set.has(apex) ? apex : undefined;
  for (let above = parentName(name); above !== undefined; above = parentName(above)) {
    if (set.has(above)) return above;
    if (above === apex) return undefined;
  }
  return undefined;
}

/** Whether a name is surely the apex's own child; `false` also where it would take a closer look to know. */
export function isRightBelow(name: DomainName, apex: DomainName): boolean {
  const dot = name.indexOf('.');
  return apex === ROOT ? dot === name.length - 1 : dot + 1 + apex.length === name.length;
}
