import { zonemdFaults } from '../../../dns/dnssec/zone/zonemd.ts';
import { displayName } from '../../../dns/name.ts';
import { ZONEMD } from '../../../dns/types/zonemd.ts';
import type { Check } from '../check.ts';
import { isPresigned, reportFaults } from './rrsig.ts';

/** `"@": { ZONEMD: 2018031500 1 1 FEBE3D4C... }` in a zone that was changed since */
export const zonemdDigest: Check = {
  id: 'zonemd-digest',
  severity: 'error',
  standard: 'RFC 8976 section 3, section 4',
  reason: 'Who verifies a digest over the whole zone throws the zone away where it is wrong.',
  repair: 'Make the digest anew after the last change, or remove the ZONEMD.',
  covers: ['K17'],
  rrset: {
    types: [ZONEMD.code],
    run(rrset, look) {
      const { zone } = look;
      if (rrset.owner !== zone.apex) return;
      if (!isPresigned(look)) {
        look.at(rrset, undefined, {
          message: `the ZONEMD of ${displayName(zone.apex)} goes over a serial that is not chosen yet`,
          severity: 'warning',
          fix: 'remove it; a DNSSEC policy with "zonemd: true" makes it when the zone is signed',
        });
        return;
      }
      reportFaults(look, zonemdFaults(zone.apex, zone.names));
    },
  },
};
