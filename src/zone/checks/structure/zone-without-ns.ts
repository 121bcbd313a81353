import { displayName } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { apexSpan } from '../place.ts';

/** `records: { www: { A: 192.0.2.1 } }` and no `"@": { NS: ... }` */
export const zoneWithoutNs: Check = {
  id: 'zone-without-ns',
  severity: 'error',
  standard: 'RFC 1035 section 5.2, RFC 1034 section 4.2.1',
  reason: 'A zone names its own name servers at its apex; BIND and Knot refuse one that does not.',
  repair: 'Add the names of the name servers as NS at "@".',
  covers: ['Z02'],
  hard: true,
  zone(look) {
    const { zone } = look;
    if (findRRset(zone, zone.apex, NS.code) !== undefined || zone.unreadable?.has(zone.apex) === true) return;
    look.atSpan(apexSpan(zone), { message: `${displayName(zone.apex)} has no NS at its apex` }, { owner: zone.apex });
  },
};
