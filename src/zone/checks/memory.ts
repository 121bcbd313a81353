import { type DomainName, isAtOrBelow, parentName } from '../../dns/name.ts';
import type { DeclaredRRset, Zone } from '../zone.ts';
import type { Estate, ZoneShape } from './check.ts';

/**
 * What is known of the checks of a zone, so that after a change of a few owners only those have to be looked at that can have
 * something else to say: the owners themselves, those whose checks asked about them, and those about which something was said,
 * because the places have moved. It may know too much, never too little.
 */
export interface CheckMemory {
  /** Owners about which something was said. */
  readonly loud: Set<DomainName>;
  /** The owners whose checks asked about a name. */
  readonly askers: Map<DomainName, Set<DomainName>>;
  /** Owners whose checks went through all names. */
  readonly broad: Set<DomainName>;
  /** The types that the zone has, or had. */
  readonly types: Set<number>;
  /** How much it has noted. */
  notes: number;
}

/** A memory of nothing. */
export function newCheckMemory(): CheckMemory {
  return { loud: new Set(), askers: new Map(), broad: new Set(), types: new Set(), notes: 0 };
}

/** What checks may see of a zone, seen by a memory. */
export interface Watched {
  readonly zone: Zone;
  readonly shape: ZoneShape;
  readonly estate: Estate;
  /** Whose checks come next; `undefined`: those of the zone as a whole. */
  look(owner: DomainName | undefined): void;
  /** Something was said. */
  say(): void;
}

/** Lets a memory see what the checks of each owner ask about others of the zone. */
export function watch(zone: Zone, shape: ZoneShape, estate: Estate, memory: CheckMemory): Watched {
  const { apex, names } = zone;
  let asker: DomainName | undefined;
  const note = (name: DomainName): void => {
    if (asker === undefined || name === asker) return;
    let known = memory.askers.get(name);
    if (known === undefined) {
      known = new Set();
      memory.askers.set(name, known);
    }
    if (known.has(asker)) return;
    known.add(asker);
    memory.notes++;
  };
  /** Whether a wildcard answers for a name hangs on the names above it, too. */
  const noteUp = (name: DomainName): void => {
    if (asker === undefined || !isAtOrBelow(name, apex)) return;
    for (let each: DomainName | undefined = name; each !== undefined && each !== apex; each = parentName(each))
      note(each);
  };
  const all = <T>(iterate: () => T): T => {
    if (asker !== undefined) memory.broad.add(asker);
    return iterate();
  };
  const watched: ReadonlyMap<DomainName, readonly DeclaredRRset[]> = {
    get size() {
      return names.size;
    },
    get(name) {
      note(name);
      return names.get(name);
    },
    has(name) {
      note(name);
      return names.has(name);
    },
    keys: () => all(() => names.keys()),
    values: () => all(() => names.values()),
    entries: () => all(() => names.entries()),
    [Symbol.iterator]: () => all(() => names[Symbol.iterator]()),
    forEach: (callback) => all(() => names.forEach(callback)),
  };
  return {
    zone: { ...zone, names: watched },
    shape: {
      ...shape,
      cutAbove(name) {
        note(name);
        return shape.cutAbove(name);
      },
      cutAtOrAbove(name) {
        note(name);
        return shape.cutAtOrAbove(name);
      },
      exists(name) {
        note(name);
        return shape.exists(name);
      },
      wildcardFor(name) {
        noteUp(name);
        return shape.wildcardFor(name);
      },
    },
    estate: {
      ...estate,
      rrsetsAt(of, owner) {
        if (of === apex) note(owner);
        return estate.rrsetsAt(of, owner);
      },
      answers(of, name) {
        if (of === apex) noteUp(name);
        return estate.answers(of, name);
      },
    },
    look(owner) {
      asker = owner;
    },
    say() {
      if (asker === undefined || memory.loud.has(asker)) return;
      memory.loud.add(asker);
      memory.notes++;
    },
  };
}
