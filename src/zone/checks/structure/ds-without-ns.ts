import { displayName } from '../../../dns/name.ts';
import { DS } from '../../../dns/types/ds.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';

/** `sub: { DS: 12345 13 2 ... }` and no NS */
export const dsWithoutNs: Check = {
  id: 'ds-without-ns',
  severity: 'error',
  standard: 'RFC 4035 section 2.4',
  reason: 'A DS speaks for the keys of a delegated zone; newer versions of BIND refuse one where nothing is delegated.',
  repair: 'Add the NS of the delegation, or remove the DS.',
  covers: ['Z24'],
  rrset: {
    types: [DS.code],
    run(rrset, look) {
      const { owner } = rrset;
      const { zone } = look;
      if (owner === zone.apex || findRRset(zone, owner, NS.code) !== undefined) return;
      if (zone.unreadable?.has(owner) === true) return;
      look.at(rrset, undefined, { message: `${displayName(owner)} has a DS and is not delegated` });
    },
  },
};
