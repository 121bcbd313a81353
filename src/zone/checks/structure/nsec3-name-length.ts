import { nameWireLength } from '../../../dns/name.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import type { Check } from '../check.ts';

/** `"@": { NSEC3PARAM: 1 0 0 - }` in a zone whose name has 230 octets */
export const nsec3NameLength: Check = {
  id: 'nsec3-name-length',
  severity: 'error',
  standard: 'RFC 5155 section 3, RFC 1035 section 2.3.4',
  reason: 'The owner of an NSEC3 is a label of 32 octets before the name of the zone, and must fit in 255 octets.',
  repair: 'Sign the zone with NSEC.',
  covers: ['Z32'],
  rrset: {
    types: [NSEC3PARAM.code],
    run(rrset, look) {
      const octets = nameWireLength(look.zone.apex);
      if (octets <= 222) return;
      look.at(rrset, undefined, { message: `the name of the zone has ${octets} octets, too many for NSEC3` });
    },
  },
};
