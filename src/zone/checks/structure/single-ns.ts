import { displayName } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check } from '../check.ts';

/** `"@": { NS: ns1.example.net. }` */
export const singleNs: Check = {
  id: 'single-ns',
  severity: 'warning',
  standard: 'RFC 1034 section 4.1, RFC 2182 section 5',
  reason: 'With one name server the zone is gone whenever that server or its network is.',
  repair: 'Name at least two name servers in different networks.',
  covers: ['Z03'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      if (rrset.rdatas.length > 1) return;
      const { owner } = rrset;
      if (look.zone.unreadable?.has(owner) === true) return;
      const whose =
        owner === look.zone.apex ? `the zone ${displayName(owner)}` : `the delegation of ${displayName(owner)}`;
      look.at(rrset, undefined, { message: `${whose} has only one name server` });
    },
  },
};
