import { rrsetKind } from '../../dns/master/ttl.ts';
import { compareNames, type DomainName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { comparableRdata, typeName } from '../../dns/rdata.ts';
import { type RRset, sameRRset } from '../../dns/rrset.ts';

/** The records of a zone: what a release has, or what a state of the repository compiles to. */
export interface ZoneRecords {
  readonly apex: DomainName;
  readonly names: ReadonlyMap<DomainName, readonly RRset[]>;
}

/** One RRset that differs between two states of a zone. */
export type RRsetChange =
  | { readonly kind: 'delete'; readonly existing: RRset }
  | { readonly kind: 'change'; readonly existing: RRset; readonly desired: RRset }
  | { readonly kind: 'add'; readonly desired: RRset };

/** How many records go, come, and change their values or TTL in place. */
export interface RecordCounts {
  readonly deleted: number;
  readonly changed: number;
  readonly added: number;
}

/** What differs in one zone. */
export interface ZoneDelta {
  readonly zone: DomainName;
  /** The node that it is about, where nodes have values of their own; absent where it holds for all others. */
  readonly node?: string;
  readonly kind: 'deleted' | 'changed' | 'created';
  /** Deletions first, then changes, then additions, each in canonical order of owners and by mnemonic. */
  readonly changes: readonly RRsetChange[];
  /** Records, not RRsets. */
  readonly counts: RecordCounts;
  /** How many records the zone had. */
  readonly existingRecords: number;
}

const SOA = 6;

/**
 * What differs between two states of a zone, record by record; `undefined` where nothing does. A state without the zone is
 * `undefined`. The serial is not compared: it follows from everything else.
 */
export function diffZone(existing: ZoneRecords | undefined, desired: ZoneRecords | undefined): ZoneDelta | undefined {
  const zone = (desired ?? existing)?.apex;
  if (zone === undefined) return undefined;
  const changes: RRsetChange[] = [];
  let existingRecords = 0;
  for (const [owner, rrsets] of existing?.names ?? []) {
    const others = desired?.names.get(owner) ?? [];
    for (const rrset of rrsets) {
      existingRecords += rrset.rdatas.length;
      const other = others.find((each) => isSameKind(each, rrset));
      if (other === undefined) changes.push({ kind: 'delete', existing: rrset });
      else if (!isSame(rrset, other)) changes.push({ kind: 'change', existing: rrset, desired: other });
    }
  }
  for (const [owner, rrsets] of desired?.names ?? []) {
    const others = existing?.names.get(owner) ?? [];
    for (const rrset of rrsets) {
      if (!others.some((each) => isSameKind(each, rrset))) changes.push({ kind: 'add', desired: rrset });
    }
  }
  const kind = existing === undefined ? 'created' : desired === undefined ? 'deleted' : 'changed';
  if (kind === 'changed' && changes.length === 0) return undefined;
  changes.sort(compareChanges);
  return { zone, kind, changes, counts: countRecords(changes), existingRecords };
}

/** Whether two RRsets of one owner are one RRset in two states: signatures are one for each type that they sign. */
function isSameKind(a: RRset, b: RRset): boolean {
  return a.type === b.type && kindOf(a) === kindOf(b);
}

function kindOf({ type, rdatas }: RRset): number {
  return rrsetKind(type, rdatas[0] as Rdata);
}

function isSame(a: RRset, b: RRset): boolean {
  return a === b || (a.type === SOA ? sameRRset(withoutSerial(a), withoutSerial(b)) : sameRRset(a, b));
}

function withoutSerial(soa: RRset): RRset {
  return { ...soa, rdatas: soa.rdatas.map((rdata) => `${rdata.slice(0, -20)}\0\0\0\0${rdata.slice(-16)}` as Rdata) };
}

const RANK = { delete: 0, change: 1, add: 2 } as const;

function compareChanges(a: RRsetChange, b: RRsetChange): number {
  const x = changedRRset(a);
  const y = changedRRset(b);
  return (
    RANK[a.kind] - RANK[b.kind] ||
    compareNames(x.owner, y.owner) ||
    (x.type === y.type ? kindOf(x) - kindOf(y) : typeName(x.type) < typeName(y.type) ? -1 : 1)
  );
}

/** The RRset of a change: the desired one where there is one. */
export function changedRRset(change: RRsetChange): RRset {
  return change.kind === 'delete' ? change.existing : change.desired;
}

/** The rdata of a change that go, that come, and that stay, in the order of the RRsets. */
export function changedRdatas(change: RRsetChange): {
  gone: readonly Rdata[];
  come: readonly Rdata[];
  stay: readonly Rdata[];
} {
  if (change.kind === 'delete') return { gone: change.existing.rdatas, come: [], stay: [] };
  if (change.kind === 'add') return { gone: [], come: change.desired.rdatas, stay: [] };
  const { existing, desired } = change;
  const before = new Set(existing.rdatas.map((rdata) => comparableRdata(existing.type, rdata)));
  const after = new Set(desired.rdatas.map((rdata) => comparableRdata(desired.type, rdata)));
  return {
    gone: existing.rdatas.filter((rdata) => !after.has(comparableRdata(existing.type, rdata))),
    come: desired.rdatas.filter((rdata) => !before.has(comparableRdata(desired.type, rdata))),
    stay: desired.rdatas.filter((rdata) => before.has(comparableRdata(desired.type, rdata))),
  };
}

/** A value that another takes the place of is one changed record, not one deleted and one added. */
export function countRecords(changes: readonly RRsetChange[]): RecordCounts {
  let deleted = 0;
  let changed = 0;
  let added = 0;
  for (const change of changes) {
    const { gone, come, stay } = changedRdatas(change);
    const replaced = change.kind === 'change' ? Math.min(gone.length, come.length) : 0;
    deleted += gone.length - replaced;
    added += come.length - replaced;
    changed += replaced;
    if (change.kind === 'change' && change.existing.ttl !== change.desired.ttl) changed += stay.length;
  }
  return { deleted, changed, added };
}
