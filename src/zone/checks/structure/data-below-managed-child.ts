import type { DomainName } from '../../../dns/name.ts';
import { displayName, parentName } from '../../../dns/name.ts';
import type { Check } from '../check.ts';

/** `www.sub: { A: 192.0.2.1 }` in `zones/example.com.yaml`, beside `zones/sub.example.com.yaml` */
export const dataBelowManagedChild: Check = {
  id: 'data-below-managed-child',
  severity: 'error',
  standard: 'RFC 1034 section 4.2',
  reason:
    'A name belongs to one zone: servers that have both answer from the closer one, and these records are never seen.',
  repair: 'Move the records to the document of the closer zone.',
  covers: ['Y14', 'P09'],
  zone(look) {
    const { zone, shape, estate } = look;
    const children = new Set<DomainName>(estate.childrenOf(zone.apex));
    if (children.size === 0) return;
    for (const [owner, rrsets] of zone.names) {
      const child = atOrAbove(owner, zone.apex, children);
      // Where the parent delegates, what is glue and what is not is judged at the cut.
      if (child === undefined || shape.cutAtOrAbove(owner) !== undefined) continue;
      const rrset = rrsets[0];
      if (rrset === undefined) continue;
      look.atOwner(rrset, {
        message: `${displayName(owner)} belongs to the zone ${displayName(child)}, which is in this repository`,
      });
    }
  },
};

function atOrAbove(owner: DomainName, apex: DomainName, set: ReadonlySet<DomainName>): DomainName | undefined {
  for (let name: DomainName | undefined = owner; name !== undefined && name !== apex; name = parentName(name)) {
    if (set.has(name)) return name;
  }
  return undefined;
}
