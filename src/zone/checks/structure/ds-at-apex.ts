import { displayName } from '../../../dns/name.ts';
import { DS } from '../../../dns/types/ds.ts';
import type { Check } from '../check.ts';

/** `"@": { DS: 12345 13 2 ... }` */
export const dsAtApex: Check = {
  id: 'ds-at-apex',
  severity: 'error',
  standard: 'RFC 4035 section 2.4',
  reason: 'A DS belongs to the zone above, at the delegation; BIND refuses a zone that has it at its apex.',
  repair: 'Move the DS to the parent zone.',
  covers: ['Z23', 'Z34'],
  hard: true,
  rrset: {
    types: [DS.code],
    run(rrset, look) {
      if (rrset.owner === look.zone.apex) {
        look.at(rrset, undefined, { message: `the apex ${displayName(rrset.owner)} has a DS` });
      }
    },
  },
};
