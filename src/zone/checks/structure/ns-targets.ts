import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { ZoneDifference } from '../../amend/amend.ts';
import type { Zone } from '../../zone.ts';
import { oncePer } from '../once.ts';
import { targetsOf } from '../targets.ts';

/** The name servers within a zone that its NS name, at the apex and at every cut, and how many NS name each. */
export type OwnNsTargets = ReadonlyMap<DomainName, number>;

/** The name servers of a zone that are within it. */
export const ownNsTargets = oncePer((zone: Zone): OwnNsTargets => {
  const found = new Map<DomainName, number>();
  for (const rrsets of zone.names.values()) for (const rrset of rrsets) count(found, zone, rrset, 1);
  return found;
});

/** The same after a change. */
export function amendNsTargets(before: OwnNsTargets, zone: Zone, { gone, come }: ZoneDifference): OwnNsTargets {
  if (![...gone, ...come].some(({ type }) => type === NS.code)) return before;
  const found = new Map(before);
  for (const rrset of gone) count(found, zone, rrset, -1);
  for (const rrset of come) count(found, zone, rrset, 1);
  return found;
}

function count(found: Map<DomainName, number>, { apex }: Zone, rrset: RRset, by: 1 | -1): void {
  if (rrset.type !== NS.code) return;
  for (const target of targetsOf(rrset)) {
    if (!isAtOrBelow(target, apex)) continue;
    const times = (found.get(target) ?? 0) + by;
    if (times === 0) found.delete(target);
    else found.set(target, times);
  }
}
