import type { DomainName } from '../../dns/name.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { SourceFile } from '../source.ts';
import type { DeclaredRRset } from '../zone.ts';

/** The owners of a zone with their RRsets, the order of the document. */
export type Names = ReadonlyMap<DomainName, readonly DeclaredRRset[]>;

/** A stretch of a text that became another: what begins at `end` or behind it has moved by `by`. */
export interface Shift {
  readonly start: number;
  readonly end: number;
  readonly by: number;
}

/**
 * Names that differ from others in a few owners. What has not changed is shared with them and its places are worked out when
 * somebody asks for it: a change costs what it touches, not the zone.
 */
export interface AmendedNames {
  readonly base: Names;
  /** What happened to the text since the base was read, in the order in which it happened. */
  readonly shifts: readonly Shift[];
  /** The owners that are not as in the base, placed in the text of now; `undefined`: gone. */
  readonly own: ReadonlyMap<DomainName, readonly DeclaredRRset[] | undefined>;
  /** The owners among them whose place in the order is not the one that the base has for them. */
  readonly placed: ReadonlySet<DomainName>;
  readonly source: SourceFile;
}

const amendments = new WeakMap<Names, AmendedNames>();

/** What names were made of, where they are amended ones. */
export function amendmentOf(names: Names): AmendedNames | undefined {
  return amendments.get(names);
}

/** Where something is now that was at an offset; the order of offsets stays, also of those that are gone. */
export function shifted(offset: number, shifts: readonly Shift[]): number {
  let at = offset;
  for (const { start, end, by } of shifts) {
    if (at >= end) at += by;
    else if (at > start) at = start;
  }
  return at;
}

/** An RRset at the place where it is in another text. */
export function replaced(rrset: DeclaredRRset, shifts: readonly Shift[], source: SourceFile): DeclaredRRset {
  const { valuesAt } = rrset;
  const move = (offset: number): number => shifted(offset, shifts);
  return {
    owner: rrset.owner,
    type: rrset.type,
    ttl: rrset.ttl,
    rdatas: rrset.rdatas,
    source,
    ownerAt: move(rrset.ownerAt),
    typeAt: move(rrset.typeAt),
    valuesAt: typeof valuesAt === 'number' ? move(valuesAt) : valuesAt.map(move),
    options: rrset.options,
  };
}

/** Where the entry of an owner begins; `undefined` where it has no records but the SOA, which stands elsewhere. */
export function entryAt(rrsets: readonly DeclaredRRset[]): number | undefined {
  for (const { type, ownerAt } of rrsets) if (type !== SOA.code) return ownerAt;
  return undefined;
}

/** The names that something amended stands for. */
export function namesOf(amended: AmendedNames): Names {
  const { base, shifts, own, placed, source } = amended;
  const moved = new Map<DomainName, readonly DeclaredRRset[]>();
  let size = base.size;
  for (const [owner, rrsets] of own) size += (rrsets === undefined ? 0 : 1) - (base.has(owner) ? 1 : 0);

  const get = (owner: DomainName): readonly DeclaredRRset[] | undefined => {
    if (own.has(owner)) return own.get(owner);
    const known = moved.get(owner);
    if (known !== undefined) return known;
    const rrsets = base.get(owner)?.map((rrset) => replaced(rrset, shifts, source));
    if (rrsets !== undefined) moved.set(owner, rrsets);
    return rrsets;
  };
  function* keys(): MapIterator<DomainName> {
    const added = [...placed].flatMap((owner) => {
      const rrsets = own.get(owner);
      return rrsets === undefined ? [] : [{ owner, at: entryAt(rrsets) ?? 0 }];
    });
    added.sort((a, b) => a.at - b.at);
    let next = 0;
    let first = true;
    for (const owner of base.keys()) {
      if (placed.has(owner) || (own.has(owner) && own.get(owner) === undefined)) continue;
      // The apex is always the first.
      if (next < added.length && !first) {
        const at = own.has(owner)
          ? entryAt(own.get(owner) ?? [])
          : shifted(entryAt(base.get(owner) ?? []) ?? 0, shifts);
        while (next < added.length && (added[next]?.at ?? 0) < (at ?? 0))
          yield (added[next++] as { owner: DomainName }).owner;
      }
      first = false;
      yield owner;
    }
    while (next < added.length) yield (added[next++] as { owner: DomainName }).owner;
    return undefined;
  }
  function* entries(): MapIterator<[DomainName, readonly DeclaredRRset[]]> {
    for (const owner of keys()) yield [owner, get(owner) as readonly DeclaredRRset[]];
    return undefined;
  }
  function* values(): MapIterator<readonly DeclaredRRset[]> {
    for (const owner of keys()) yield get(owner) as readonly DeclaredRRset[];
    return undefined;
  }
  const names: Names = {
    size,
    get,
    has: (owner) => (own.has(owner) ? own.get(owner) !== undefined : base.has(owner)),
    keys,
    entries,
    values,
    [Symbol.iterator]: entries,
    forEach(callback) {
      for (const [owner, rrsets] of entries()) callback(rrsets, owner, names);
    },
  };
  amendments.set(names, amended);
  return names;
}
