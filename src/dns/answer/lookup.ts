import { wildcardBelow } from '../encloser.ts';
import type { DomainName } from '../name.ts';
import { isAtOrBelow, parentName } from '../name.ts';
import type { RRset } from '../rrset.ts';
import type { ServedZone } from './served-zone.ts';
import { dataAt, rrsetOf, TYPE } from './served-zone.ts';

/** Where a name leads in a zone (RFC 1034 section 4.3.2 step 3). */
export type Lookup =
  /** The name exists; no RRsets where it is an empty non-terminal. */
  | { readonly kind: 'node'; readonly rrsets: readonly RRset[] }
  /** The name does not exist and a wildcard stands for it (RFC 4592 section 3.3.1). */
  | { readonly kind: 'wildcard'; readonly owner: DomainName; readonly rrsets: readonly RRset[] }
  /** The name is at or below a zone cut: what is there is another zone's. */
  | { readonly kind: 'cut'; readonly ns: RRset; readonly rrsets: readonly RRset[] }
  /** The name is below a DNAME (RFC 6672 section 3.2). */
  | { readonly kind: 'dname'; readonly dname: RRset; readonly rrsets: readonly RRset[] }
  /** The name does not exist. */
  | { readonly kind: 'missing'; readonly closestEncloser: DomainName };

const NONE: readonly RRset[] = [];

/**
 * Walks from the apex down to `name`, which must lie in the zone, and stops at the first cut or DNAME.
 * With `parentSide` a cut at `name` itself does not count: the DS there belongs to this zone (RFC 4035 section 3.1.4.1).
 */
export function lookup(zone: ServedZone, name: DomainName, parentSide = false): Lookup {
  const path: DomainName[] = [];
  for (let at = name; at !== zone.apex; at = parentName(at) as DomainName) path.push(at);
  let closestEncloser = zone.apex;
  let rrsets = zone.owners.get(zone.apex) ?? NONE;
  for (let i = path.length - 1; i >= 0; i--) {
    const dname = rrsetOf(rrsets, TYPE.DNAME);
    if (dname !== undefined) return { kind: 'dname', dname, rrsets };
    const at = path[i] as DomainName;
    const found = dataAt(zone, at);
    if (found === undefined) {
      if (!zone.emptyNonTerminals.has(at)) return wildcardAt(zone, closestEncloser);
      rrsets = NONE;
    } else {
      rrsets = found;
      const ns = rrsetOf(rrsets, TYPE.NS);
      if (ns !== undefined && !(parentSide && i === 0)) return { kind: 'cut', ns, rrsets };
    }
    closestEncloser = at;
  }
  return { kind: 'node', rrsets };
}

function wildcardAt(zone: ServedZone, closestEncloser: DomainName): Lookup {
  const owner = wildcardBelow(closestEncloser);
  const rrsets = dataAt(zone, owner);
  if (rrsets !== undefined) return { kind: 'wildcard', owner, rrsets };
  // A wildcard that is an empty non-terminal exists, so the answer is "no data", not "no such name".
  if (zone.emptyNonTerminals.has(owner)) return { kind: 'wildcard', owner, rrsets: NONE };
  return { kind: 'missing', closestEncloser };
}

/** The addresses that the zone holds for a name, also where they are glue (RFC 1034 section 4.2.1). */
export function addressesOf(zone: ServedZone, name: DomainName): RRset[] {
  if (!isAtOrBelow(name, zone.apex)) return [];
  const rrsets = zone.owners.get(name) ?? NONE;
  return rrsets.filter((rrset) => rrset.type === TYPE.A || rrset.type === TYPE.AAAA);
}
