import type { DomainName } from '../name.ts';
import { isAtOrBelow, parentName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { readU16, readU32 } from '../octets.ts';
import type { RRset } from '../rrset.ts';

/** Codes of the types that rule how a zone is walked. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  AAAA: 28,
  DNAME: 39,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  NSEC3: 50,
  NSEC3PARAM: 51,
} as const;

/** A zone as answering needs it. The RRsets are those it was made from, not copies. */
export interface ServedZone {
  readonly apex: DomainName;
  readonly soa: RRset;
  /** The SOA as it stands in negative answers: its TTL is the smaller of its own and the minimum (RFC 2308 section 3). */
  readonly negativeSoa: RRset;
  /** Whether the zone is signed: only then are DS and signatures of use to a client. */
  readonly signed: boolean;
  /** Every owner that has RRsets, glue, occluded names and the owners of NSEC3 included. */
  readonly owners: ReadonlyMap<DomainName, readonly RRset[]>;
  /** Names without RRsets that have names below them (RFC 8499: empty non-terminals). */
  readonly emptyNonTerminals: ReadonlySet<DomainName>;
}

/** The zones of a server, by apex. Replace the whole map to serve other data. */
export type ZoneSet = ReadonlyMap<DomainName, ServedZone>;

/**
 * Makes a zone ready for answering: finds its SOA and its empty non-terminals. `owners` is kept and must not change.
 * Throws a `RangeError` where the apex has no SOA or an owner lies outside the zone: such a zone cannot be served.
 */
export function serveZone(apex: DomainName, owners: ReadonlyMap<DomainName, readonly RRset[]>): ServedZone {
  const soa = rrsetOf(owners.get(apex) ?? [], TYPE.SOA);
  if (soa === undefined) throw new RangeError(`the zone ${apex} has no SOA`);
  const emptyNonTerminals = new Set<DomainName>();
  for (const owner of owners.keys()) {
    if (!isAtOrBelow(owner, apex)) throw new RangeError(`${owner} is not in the zone ${apex}`);
    let name = owner;
    while (name !== apex) {
      name = parentName(name) as DomainName;
      if (emptyNonTerminals.has(name)) break;
      const rrsets = owners.get(name);
      if (rrsets === undefined || isNsec3Only(rrsets)) emptyNonTerminals.add(name);
      else break;
    }
  }
  const rdata = soa.rdatas[0] as Rdata;
  const negativeSoa = { ...soa, ttl: Math.min(soa.ttl, readU32(rdata, rdata.length - 4)) };
  const signed = rrsetOf(owners.get(apex) ?? [], TYPE.RRSIG) !== undefined;
  return { apex, soa, negativeSoa, signed, owners, emptyNonTerminals };
}

/** The zones as a set. Of two with the same apex the later one counts. */
export function zoneSet(zones: Iterable<ServedZone>): ZoneSet {
  const set = new Map<DomainName, ServedZone>();
  for (const zone of zones) set.set(zone.apex, zone);
  return set;
}

/** The zone with the longest apex that `name` is at or below (RFC 1034 section 4.3.2 step 2). */
export function zoneOf(zones: ZoneSet, name: DomainName): ServedZone | undefined {
  for (let at: DomainName | undefined = name; at !== undefined; at = parentName(at)) {
    const zone = zones.get(at);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/**
 * What a question for an owner finds there; `undefined` where nothing is. NSEC3 and their signatures are not found by
 * their owner, which is no name of the zone (RFC 5155 section 7.2.8).
 */
export function dataAt(zone: ServedZone, owner: DomainName): readonly RRset[] | undefined {
  const rrsets = zone.owners.get(owner);
  if (rrsets === undefined || rrsetOf(rrsets, TYPE.NSEC3) === undefined) return rrsets;
  const data = rrsets.filter((rrset) => !isOfNsec3(rrset));
  return data.length === 0 ? undefined : data;
}

function isNsec3Only(rrsets: readonly RRset[]): boolean {
  return rrsetOf(rrsets, TYPE.NSEC3) !== undefined && rrsets.every(isOfNsec3);
}

/** Whether the RRset is an NSEC3, or its signatures. */
function isOfNsec3({ type, rdatas }: RRset): boolean {
  return type === TYPE.NSEC3 || (type === TYPE.RRSIG && rdatas.every((rdata) => readU16(rdata, 0) === TYPE.NSEC3));
}

/** The RRset of one type among those of an owner. */
export function rrsetOf(rrsets: readonly RRset[], type: number): RRset | undefined {
  for (const rrset of rrsets) if (rrset.type === type) return rrset;
  return undefined;
}
