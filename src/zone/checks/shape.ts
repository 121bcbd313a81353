import { isRightBelow, type ZoneCuts, zoneCuts } from '../../dns/cuts.ts';
import type { DomainName } from '../../dns/name.ts';
import { isAtOrBelow, isWildcard, parentName, ROOT } from '../../dns/name.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { NS } from '../../dns/types/ns.ts';
import type { Zone } from '../zone.ts';
import type { ZoneShape } from './check.ts';
import { type OncePer, oncePer } from './once.ts';

/**
 * The structure of a zone, worked out once for it in one pass over its owners. What a zone has not (cuts, DNAMEs, wildcards)
 * costs nothing to ask about; the empty non-terminals are worked out when they are first asked for.
 */
export const shapeOf: OncePer<Zone, ZoneShape> = oncePer(findShape);

function findShape(zone: Zone): ZoneShape {
  const { apex, names } = zone;
  const cuts: DomainName[] = [];
  const dnames = new Set<DomainName>();
  const alsoThere = new Set<DomainName>();
  let wildcards = false;
  for (const [owner, rrsets] of names) {
    if (owner.charCodeAt(0) === ASTERISK && isWildcard(owner)) wildcards = true;
    for (const rrset of rrsets) {
      if (rrset.type === NS.code) {
        if (owner !== apex) cuts.push(owner);
      } else if (rrset.type === DNAME.code) dnames.add(owner);
    }
  }
  for (const { owner } of [...zone.aliases, ...zone.redirects]) {
    if (isWildcard(owner)) wildcards = true;
    if (!names.has(owner)) alsoThere.add(owner);
  }
  // What could not be read is there, though what it is stays unknown.
  for (const owner of zone.unreadable ?? []) if (!names.has(owner)) alsoThere.add(owner);
  return makeShape(zone, {
    cuts,
    dnames,
    zoneCuts: zoneCuts(apex, new Set(cuts), dnames),
    wildcards,
    alsoThere,
    isEmptyNonTerminal: lazily(zone, alsoThere),
  });
}

/** What a shape is made of. */
interface Structure {
  readonly cuts: readonly DomainName[];
  readonly dnames: ReadonlySet<DomainName>;
  readonly zoneCuts: ZoneCuts;
  readonly wildcards: boolean;
  /** Owners without RRsets in the zone that are there all the same. */
  readonly alsoThere: ReadonlySet<DomainName>;
  /** Asked about names without records: of others it may say anything. */
  isEmptyNonTerminal(name: DomainName): boolean;
}

const structures = new WeakMap<ZoneShape, Structure>();

function makeShape({ apex, names }: Zone, structure: Structure): ZoneShape {
  const { wildcards, alsoThere, isEmptyNonTerminal } = structure;
  const exists = (name: DomainName): boolean => names.has(name) || alsoThere.has(name) || isEmptyNonTerminal(name);
  const shape: ZoneShape = {
    ...structure.zoneCuts,
    cuts: structure.cuts,
    exists,
    wildcardFor(name) {
      if (!wildcards || !isAtOrBelow(name, apex) || exists(name)) return undefined;
      let encloser = parentName(name);
      while (encloser !== undefined && encloser !== apex && !exists(encloser)) encloser = parentName(encloser);
      const wildcard = encloser === ROOT ? '*.' : `*.${encloser}`;
      return names.has(wildcard as DomainName) || alsoThere.has(wildcard as DomainName)
        ? (wildcard as DomainName)
        : undefined;
    },
  };
  structures.set(shape, structure);
  return shape;
}

/** The owners that only one of two states of a zone has, or that are a cut in only one of the two. */
export interface ShapeDifference {
  readonly added: readonly DomainName[];
  readonly removed: readonly DomainName[];
  readonly cut: readonly DomainName[];
  readonly healed: readonly DomainName[];
}

/**
 * Works the structure of a zone out from that of another one, from which it differs in a few owners, none of them a wildcard
 * or one with a DNAME.
 */
export function amendShape(before: ZoneShape, zone: Zone, { added, removed, cut, healed }: ShapeDifference): ZoneShape {
  const structure = structures.get(before);
  if (structure === undefined) return shapeOf(zone);
  const sameCuts = cut.length + healed.length === 0;
  const cuts = sameCuts ? structure.cuts : [...structure.cuts.filter((each) => !healed.includes(each)), ...cut];
  const shape = makeShape(zone, {
    ...structure,
    cuts,
    zoneCuts: sameCuts ? structure.zoneCuts : zoneCuts(zone.apex, new Set(cuts), structure.dnames),
    isEmptyNonTerminal: removed.length > 0 ? lazily(zone, structure.alsoThere) : withAbove(zone, structure, added),
  });
  shapeOf.know(zone, shape);
  return shape;
}

function lazily(zone: Zone, alsoThere: ReadonlySet<DomainName>): Structure['isEmptyNonTerminal'] {
  let found: Set<DomainName> | undefined;
  return (name) => {
    found ??= findEmptyNonTerminals(zone, alsoThere);
    return found.has(name);
  };
}

/** What owners that were added make empty non-terminals, beside those that there were. */
function withAbove(
  { apex }: Zone,
  { isEmptyNonTerminal }: Structure,
  added: readonly DomainName[],
): Structure['isEmptyNonTerminal'] {
  const above = new Set<DomainName>();
  for (const owner of added)
    for (let name = parentName(owner); name !== undefined && name !== apex; name = parentName(name)) above.add(name);
  return above.size === 0 ? isEmptyNonTerminal : (name) => above.has(name) || isEmptyNonTerminal(name);
}

const ASTERISK = 42;

function findEmptyNonTerminals(zone: Zone, alsoThere: ReadonlySet<DomainName>): Set<DomainName> {
  const found = new Set<DomainName>();
  const { apex, names } = zone;
  const climb = (owner: DomainName): void => {
    if (owner === apex || isRightBelow(owner, apex)) return;
    for (let above = parentName(owner); above !== undefined && above !== apex; above = parentName(above)) {
      if (found.has(above)) return;
      // A name with records has climbed or will climb by itself.
      if (names.has(above)) return;
      found.add(above);
    }
  };
  for (const owner of names.keys()) climb(owner);
  for (const owner of alsoThere) climb(owner);
  return found;
}
