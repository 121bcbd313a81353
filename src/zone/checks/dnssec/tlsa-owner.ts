import type { DomainName } from '../../../dns/name.ts';
import { displayName, isWildcard, labelsOf } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { TLSA } from '../../../dns/types/tlsa.ts';
import type { Zone } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { oncePer } from '../once.ts';
import { targetsOf } from '../targets.ts';

/** `www: { TLSA: 3 1 1 ... }` */
export const tlsaOwner: Check = {
  id: 'tlsa-owner',
  severity: 'warning',
  standard: 'RFC 6698 section 3, RFC 7671 section 7',
  reason: 'Clients ask for a TLSA by port and protocol, each behind an underscore; at another name none asks.',
  repair: 'Write the owner as _port._protocol.host, such as _443._tcp.www.',
  covers: ['K21', 'N17'],
  rrset: {
    types: [TLSA.code],
    run(rrset, look) {
      const { owner } = rrset;
      const [port = '', protocol = ''] = labelsOf(owner);
      if (/^_\d{1,5}$/.test(port) && Number(port.slice(1)) <= 65535 && /^_(tcp|udp|sctp|quic)$/.test(protocol)) return;
      // One record for many hosts, to which aliases lead, may have any name.
      const shared = /^_(?!\d)/.test(port) || aliased(look.zone).has(owner);
      if (shared || isWildcard(owner)) return;
      look.atOwner(rrset, { message: `${displayName(owner)} has a TLSA and does not begin with _port._protocol` });
    },
  },
};

/** The names within a zone that its aliases lead to. */
const aliased = oncePer((zone: Zone): ReadonlySet<DomainName> => {
  const found = new Set<DomainName>();
  for (const owner of zone.names.keys()) {
    const cname = findRRset(zone, owner, CNAME.code);
    if (cname !== undefined) for (const target of targetsOf(cname)) found.add(target);
  }
  return found;
});
