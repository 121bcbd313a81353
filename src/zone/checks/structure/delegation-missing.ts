import { displayName } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';
import { apexSpan } from '../place.ts';
import { delegationOf } from './delegation.ts';

/** `zones/sub.example.com.yaml`, and no NS at `sub` in `zones/example.com.yaml` */
export const delegationMissing: Check = {
  id: 'delegation-missing',
  severity: 'error',
  standard: 'RFC 1034 section 4.2.1',
  reason: 'Resolvers find a zone through the NS in the zone above; without them it does not exist for them.',
  repair: 'Add the NS of this zone to the zone above, and the addresses of those that lie inside this zone.',
  covers: ['Z27'],
  zone(look) {
    const delegation = delegationOf(look);
    if (delegation === undefined || delegation.ns !== undefined) return;
    const { zone } = look;
    const message = `the zone ${displayName(delegation.parent)} above it does not delegate ${displayName(zone.apex)}`;
    look.atSpan(apexSpan(zone), { message }, { owner: zone.apex, type: NS.code });
  },
};
