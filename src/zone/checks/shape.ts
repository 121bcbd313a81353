import { isRightBelow, zoneCuts } from '../../dns/cuts.ts';
import type { DomainName } from '../../dns/name.ts';
import { isAtOrBelow, isWildcard, parentName, ROOT } from '../../dns/name.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { NS } from '../../dns/types/ns.ts';
import type { Zone } from '../zone.ts';
import type { ZoneShape } from './check.ts';
import { oncePer } from './once.ts';

/**
 * The structure of a zone, worked out once for it in one pass over its owners. What a zone has not (cuts, DNAMEs, wildcards)
 * costs nothing to ask about; the empty non-terminals are worked out when they are first asked for.
 */
export const shapeOf: (zone: Zone) => ZoneShape = oncePer(findShape);

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

  let emptyNonTerminals: Set<DomainName> | undefined;
  const isEmptyNonTerminal = (name: DomainName): boolean => {
    emptyNonTerminals ??= findEmptyNonTerminals(zone, alsoThere);
    return emptyNonTerminals.has(name);
  };
  const exists = (name: DomainName): boolean => names.has(name) || alsoThere.has(name) || isEmptyNonTerminal(name);

  return {
    ...zoneCuts(apex, new Set(cuts), dnames),
    cuts,
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
