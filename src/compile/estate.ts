import type { DomainName } from '../dns/name.ts';
import { canonicalKey, parentName, ROOT } from '../dns/name.ts';
import type { Estate, ZoneShape } from '../zone/checks/check.ts';
import { shapeOf } from '../zone/checks/shape.ts';
import type { Alias, DeclaredRRset, Redirect, Zone } from '../zone/zone.ts';

/** What a zone of the repository has at a name, as far as addresses hang on it. */
export interface Answer {
  /**
   * `cut`: the name is delegated; `none`: there is no such name; `dname`: it lies below a DNAME. `data` can come from a
   * wildcard, and be empty.
   */
  readonly kind: 'cut' | 'none' | 'dname' | 'data';
  readonly rrsets: readonly DeclaredRRset[];
  readonly alias: Alias | undefined;
  readonly redirect: Redirect | undefined;
}

/** The zones of a state of the repository, for checks and for following `ALIAS`. */
export interface RepositoryEstate extends Estate {
  /** What a zone answers for a name that is in it (RFC 1034 section 4.3.2, without following anything). */
  answerAt(apex: DomainName, name: DomainName): Answer;
}

/** Which zones there are. */
type Neighbours = Pick<Estate, 'zoneFor' | 'parentOf' | 'childrenOf' | 'zonesBelow'>;

const neighbours = new WeakMap<object, Neighbours>();

/**
 * The estate of the zones of a map; a zone's content is asked for when somebody wants to know something about it. Which zones
 * there are is worked out once for a map.
 */
export function newEstate(
  zones: ReadonlyMap<DomainName, unknown>,
  contentOf: (apex: DomainName) => Zone | undefined,
): RepositoryEstate {
  let known = neighbours.get(zones);
  if (known === undefined) {
    known = neighboursAmong(zones.keys());
    neighbours.set(zones, known);
  }
  const shapes = new WeakMap<Zone, ZoneShape>();
  const shapeOfZone = (zone: Zone): ZoneShape => {
    let shape = shapes.get(zone);
    if (shape === undefined) {
      shape = shapeOf(zone);
      shapes.set(zone, shape);
    }
    return shape;
  };
  return {
    ...known,
    rrsetsAt: (apex, owner) => contentOf(apex)?.names.get(owner) ?? [],
    answers(apex, name) {
      const zone = contentOf(apex);
      if (zone === undefined) return false;
      const shape = shapeOfZone(zone);
      return shape.exists(name) || shape.wildcardFor(name) !== undefined;
    },
    answerAt(apex, name) {
      const zone = contentOf(apex);
      return zone === undefined ? nothing('none') : answerFrom(zone, shapeOfZone(zone), name);
    },
  };
}

function neighboursAmong(apexes: Iterable<DomainName>): Neighbours {
  const known = new Set(apexes);
  const topLabels = new Set([...known].map(topLabel));
  let children: Map<DomainName, DomainName[]> | undefined;
  let sorted: { key: string; apex: DomainName }[] | undefined;

  const zoneFor = (name: DomainName): DomainName | undefined => {
    // Most names that a zone mentions belong to others: that is found out without a look at each of their ancestors.
    if (!topLabels.has(topLabel(name)) && !known.has(ROOT)) return undefined;
    for (let at: DomainName | undefined = name; at !== undefined; at = parentName(at)) if (known.has(at)) return at;
    return undefined;
  };
  const parentOf = (apex: DomainName): DomainName | undefined => {
    const above = parentName(apex);
    return above === undefined ? undefined : zoneFor(above);
  };
  return {
    zoneFor,
    parentOf,
    childrenOf(apex) {
      if (children === undefined) {
        children = new Map();
        for (const child of [...known].sort()) {
          const parent = parentOf(child);
          if (parent === undefined) continue;
          const siblings = children.get(parent);
          if (siblings === undefined) children.set(parent, [child]);
          else siblings.push(child);
        }
      }
      return children.get(apex) ?? [];
    },
    zonesBelow(name) {
      sorted ??= [...known]
        .map((apex) => ({ key: canonicalKey(apex), apex }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      const key = canonicalKey(name);
      const below: DomainName[] = [];
      for (let i = firstAfter(sorted, key); sorted[i]?.key.startsWith(key); i++) {
        below.push((sorted[i] as { apex: DomainName }).apex);
      }
      return below.sort();
    },
  };
}

/** What a zone answers for a name that is in it. */
export function answerFrom(zone: Zone, shape: ZoneShape, name: DomainName): Answer {
  if (shape.cutAtOrAbove(name) !== undefined) return nothing('cut');
  if (shape.dnameAbove(name) !== undefined) return nothing('dname');
  const owner = shape.exists(name) ? name : shape.wildcardFor(name);
  if (owner === undefined) return nothing('none');
  return {
    kind: 'data',
    rrsets: zone.names.get(owner) ?? [],
    alias: byOwner(zone.aliases).get(owner),
    redirect: byOwner(zone.redirects).get(owner),
  };
}

const maps = new WeakMap<object, ReadonlyMap<DomainName, unknown>>();

/** What stands in a list by its owner; worked out once for a list. */
function byOwner<T extends { readonly owner: DomainName }>(list: readonly T[]): ReadonlyMap<DomainName, T> {
  let map = maps.get(list) as ReadonlyMap<DomainName, T> | undefined;
  if (map === undefined) {
    map = new Map(list.map((each) => [each.owner, each]));
    maps.set(list, map);
  }
  return map;
}

function nothing(kind: Answer['kind']): Answer {
  return { kind, rrsets: [], alias: undefined, redirect: undefined };
}

/** The first index whose key is greater than the given one. */
function firstAfter(sorted: readonly { readonly key: string }[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as { key: string }).key > key) high = middle;
    else low = middle + 1;
  }
  return low;
}

function topLabel(name: DomainName): string {
  return name.slice(name.lastIndexOf('.', name.length - 2) + 1);
}
