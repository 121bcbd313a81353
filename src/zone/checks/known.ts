import type { DomainName } from '../../dns/name.ts';
import { isAtOrBelow, parentName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import { A } from '../../dns/types/a.ts';
import { AAAA } from '../../dns/types/aaaa.ts';
import { NS } from '../../dns/types/ns.ts';
import type { Look } from './check.ts';
import { oncePer } from './once.ts';
import { targetsOf } from './targets.ts';

/** What the repository knows about a name that one of its zones answers for. */
export interface Known {
  /** The zone that answers. */
  readonly apex: DomainName;
  /** Its RRsets at the name, or at the wildcard that stands for it. */
  readonly rrsets: readonly RRset[];
  /**
   * Whether there is an answer. A name can be answered without RRsets: it has names below it, or an `ALIAS` or `REDIRECT`
   * whose addresses are not known before the zone is compiled, or records that could not be read.
   */
  readonly exists: boolean;
}

/** What is known about the targets of the RRset that was last asked about. */
interface LastTargets {
  rrset: RRset | undefined;
  known: readonly (Known | undefined)[];
}

const lastOf = oncePer((_look: Look): LastTargets => ({ rrset: undefined, known: [] }));

/**
 * What the repository knows about each target of an RRset, in the order of `rdatas`. Several checks look at the same RRset
 * one after the other, so what the last one asked about is kept.
 */
export function knownTargets(look: Look, rrset: RRset): readonly (Known | undefined)[] {
  const last = lastOf(look);
  if (rrset === last.rrset) return last.known;
  const known: (Known | undefined)[] = [];
  // The glue of a delegation lies below its cut: that the zone does not answer for it needs no closer look.
  const cut = rrset.type === NS.code && rrset.owner !== look.zone.apex && isLowest(look) ? rrset.owner : undefined;
  for (const target of targetsOf(rrset)) {
    known.push(cut !== undefined && isAtOrBelow(target, cut) ? undefined : knownAbout(look, target));
  }
  last.rrset = rrset;
  last.known = known;
  return known;
}

/**
 * What the repository knows about a name; `undefined` where no zone of it answers: the name belongs to somebody else, or
 * is delegated to somebody else.
 */
export function knownAbout(look: Look, name: DomainName): Known | undefined {
  const { zone, shape, estate } = look;
  const own = isAtOrBelow(name, zone.apex);
  const apex = own && isLowest(look) ? zone.apex : (estate.zoneFor(name) ?? (own ? zone.apex : undefined));
  if (apex === undefined) return undefined;
  if (apex === zone.apex) {
    if (shape.cutAtOrAbove(name) !== undefined) return undefined;
    const rrsets = zone.names.get(name);
    if (rrsets !== undefined) return { apex, rrsets, exists: true };
    if (shape.exists(name)) return { apex, rrsets: [], exists: true };
    const wildcard = shape.wildcardFor(name);
    return {
      apex,
      rrsets: wildcard === undefined ? [] : (zone.names.get(wildcard) ?? []),
      exists: wildcard !== undefined,
    };
  }
  for (let above: DomainName | undefined = name; above !== undefined && above !== apex; above = parentName(above)) {
    if (estate.rrsetsAt(apex, above).some((rrset) => rrset.type === NS.code)) return undefined;
  }
  const rrsets = estate.rrsetsAt(apex, name);
  return { apex, rrsets, exists: rrsets.length > 0 || estate.answers(apex, name) };
}

/** Whether the repository has no zone below the one that is looked at, so that all names in it are its own. */
const isLowest = oncePer((look: Look): boolean => look.estate.childrenOf(look.zone.apex).length === 0);

/** The RRset of a type among those of one owner. */
export function ofType(rrsets: readonly RRset[], type: number): RRset | undefined {
  for (const rrset of rrsets) if (rrset.type === type) return rrset;
  return undefined;
}

/** Whether RRsets of one owner hold an address. */
export function hasAddress(rrsets: readonly RRset[]): boolean {
  for (const rrset of rrsets) if (rrset.type === A.code || rrset.type === AAAA.code) return true;
  return false;
}
