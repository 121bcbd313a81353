import type { DomainName } from '../dns/name.ts';
import { isBelow, parentName, ROOT } from '../dns/name.ts';
import type { Estate, ZoneShape } from './checks/check.ts';
import { shapeOf } from './checks/shape.ts';
import type { Zone } from './zone.ts';

/** The estate of zones that are all in memory. */
export function estateOf(zones: Iterable<Zone>): Estate {
  const byApex = new Map<DomainName, Zone>();
  for (const zone of zones) byApex.set(zone.apex, zone);
  const topLabels = new Set([...byApex.keys()].map(topLabel));
  const shapes = new Map<DomainName, ZoneShape>();

  const zoneFor = (name: DomainName): DomainName | undefined => {
    // Most names that a zone mentions belong to others: that is found out without a look at each of their ancestors.
    if (!topLabels.has(topLabel(name)) && !byApex.has(ROOT)) return undefined;
    for (let above: DomainName | undefined = name; above !== undefined; above = parentName(above)) {
      if (byApex.has(above)) return above;
    }
    return undefined;
  };
  const parentOf = (apex: DomainName): DomainName | undefined => {
    const above = parentName(apex);
    return above === undefined ? undefined : zoneFor(above);
  };
  let children: Map<DomainName, DomainName[]> | undefined;
  const findChildren = (): Map<DomainName, DomainName[]> => {
    const found = new Map<DomainName, DomainName[]>();
    for (const apex of [...byApex.keys()].sort()) {
      const parent = parentOf(apex);
      if (parent === undefined) continue;
      const siblings = found.get(parent);
      if (siblings === undefined) found.set(parent, [apex]);
      else siblings.push(apex);
    }
    return found;
  };

  return {
    zoneFor,
    parentOf,
    childrenOf(apex) {
      children ??= findChildren();
      return children.get(apex) ?? [];
    },
    zonesBelow: (name) => [...byApex.keys()].filter((apex) => isBelow(apex, name)).sort(),
    rrsetsAt: (apex, owner) => byApex.get(apex)?.names.get(owner) ?? [],
    answers(apex, name) {
      const zone = byApex.get(apex);
      if (zone === undefined) return false;
      let shape = shapes.get(apex);
      if (shape === undefined) {
        shape = shapeOf(zone);
        shapes.set(apex, shape);
      }
      return shape.exists(name) || shape.wildcardFor(name) !== undefined;
    },
  };
}

function topLabel(name: DomainName): string {
  return name.slice(name.lastIndexOf('.', name.length - 2) + 1);
}
