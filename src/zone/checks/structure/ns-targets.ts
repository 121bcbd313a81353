import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Zone } from '../../zone.ts';
import { oncePer } from '../once.ts';
import { targetsOf } from '../targets.ts';

/** The name servers within a zone that its NS name, at the apex and at every cut. */
export const ownNsTargets = oncePer((zone: Zone): ReadonlySet<DomainName> => {
  const found = new Set<DomainName>();
  for (const rrsets of zone.names.values()) {
    for (const rrset of rrsets) {
      if (rrset.type !== NS.code) continue;
      for (const target of targetsOf(rrset)) if (isAtOrBelow(target, zone.apex)) found.add(target);
    }
  }
  return found;
});
