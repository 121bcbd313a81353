import type { ZoneCuts } from '../../cuts.ts';
import { findCuts } from '../../cuts.ts';
import type { DomainName } from '../../name.ts';
import type { RRset } from '../../rrset.ts';
import { DS } from '../../types/ds.ts';
import { NS } from '../../types/ns.ts';
import { NSEC } from '../../types/nsec.ts';
import { NSEC3 } from '../../types/nsec3.ts';
import { RRSIG } from '../../types/rrsig.ts';

/** A zone with its signatures. */
export interface SignedZone<Kind extends RRset = RRset> {
  readonly apex: DomainName;
  /** Everything at each owner. Signatures may stand in one RRset, or in one for each type that they cover. */
  readonly names: ReadonlyMap<DomainName, readonly Kind[]>;
  readonly cuts: ZoneCuts;
}

/** A zone, its cuts found. */
export function signedZone(apex: DomainName, names: ReadonlyMap<DomainName, readonly RRset[]>): SignedZone {
  return { apex, names, cuts: findCuts(apex, names) };
}

/**
 * Whether the RRset of an owner and type is signed where it is there: not glue, nothing below a cut or a DNAME, at a cut
 * the DS and the denial only, and no signatures (RFC 4035 section 2.2).
 */
export function isSigned(cuts: ZoneCuts, owner: DomainName, type: number): boolean {
  if (type === RRSIG.code) return false;
  // The denial of a zone whose apex has a DNAME stands below it all the same.
  if (cuts.cutAbove(owner) !== undefined || cuts.dnameAbove(owner) !== undefined) return type === NSEC3.code;
  return cuts.cutAtOrAbove(owner) !== owner || type === DS.code || type === NSEC.code;
}

/** The owners of a zone, each with its RRsets as far as they are signed; of cuts without DS or denial none. */
export function* signedData<Kind extends RRset>(
  zone: SignedZone<Kind>,
): Generator<readonly [DomainName, readonly Kind[]]> {
  for (const [owner, rrsets] of zone.names) {
    yield [owner, rrsets.filter(({ type }) => isSigned(zone.cuts, owner, type))];
  }
}

/** The RRset of a type at an owner. */
export function rrsetAt<Kind extends RRset>(zone: SignedZone<Kind>, owner: DomainName, type: number): Kind | undefined {
  return zone.names.get(owner)?.find((rrset) => rrset.type === type);
}

/** The types that the bitmap of an owner names: all that it has; of a cut what the zone has to say about it. */
export function typesAt({ names, cuts }: SignedZone, owner: DomainName): Set<number> {
  const atCut = cuts.cutAtOrAbove(owner) === owner;
  const types = new Set<number>();
  for (const { type } of names.get(owner) ?? []) {
    if (type !== NSEC3.code && (!atCut || namedAtCut.has(type))) types.add(type);
  }
  return types;
}

/** Neither glue nor what a delegation hides (RFC 4035 section 2.3). */
const namedAtCut = new Set<number>([NS.code, DS.code, NSEC.code, RRSIG.code]);
