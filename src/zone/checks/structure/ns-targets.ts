import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset, type Zone } from '../../zone.ts';
import type { Look } from '../check.ts';
import { oncePer } from '../once.ts';
import { targetsOf } from '../targets.ts';

/** The name servers within the zone that its NS name, at the apex and at every cut. */
export const ownNsTargets = oncePer((look: Look): ReadonlySet<DomainName> => {
  const found = new Set<DomainName>();
  for (const owner of [look.zone.apex, ...look.shape.cuts]) addTargets(look.zone, owner, found);
  return found;
});

function addTargets(zone: Zone, owner: DomainName, found: Set<DomainName>): void {
  const rrset = findRRset(zone, owner, NS.code);
  if (rrset === undefined) return;
  for (const target of targetsOf(rrset)) if (isAtOrBelow(target, zone.apex)) found.add(target);
}
