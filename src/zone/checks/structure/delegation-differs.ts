import { displayName } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { listed } from '../wording.ts';
import { delegationOf } from './delegation.ts';

/** `sub: { NS: [ns1.example.net., ns2.example.net.] }` above, and `"@": { NS: [ns1.example.net., ns3.example.net.] }` below */
export const delegationDiffers: Check = {
  id: 'delegation-differs',
  severity: 'warning',
  standard: 'RFC 1034 section 4.2.2',
  reason: 'Resolvers meet the NS of both zones; where they differ some servers are never asked, or asked in vain.',
  repair: 'Write the same NS in both zones.',
  covers: ['Z27'],
  zone(look) {
    const above = delegationOf(look);
    const own = findRRset(look.zone, look.zone.apex, NS.code);
    if (above?.ns === undefined || own === undefined) return;
    const ownNames = targetsOf(own);
    const parentNames = targetsOf(above.ns);
    const onlyHere = ownNames.filter((name) => !parentNames.includes(name)).map(displayName);
    const onlyAbove = parentNames.filter((name) => !ownNames.includes(name)).map(displayName);
    if (onlyHere.length + onlyAbove.length === 0) return;
    const differences = [
      ...(onlyAbove.length > 0 ? [`only ${displayName(above.parent)} names ${listed(onlyAbove)}`] : []),
      ...(onlyHere.length > 0 ? [`only this zone names ${listed(onlyHere)}`] : []),
    ];
    look.at(own, undefined, { message: `the NS differ from those in the zone above: ${differences.join(', ')}` });
  },
};
