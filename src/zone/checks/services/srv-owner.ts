import { displayName, isWildcard, labelsOf } from '../../../dns/name.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';

/** `sip: { SRV: 10 60 5060 host.example.net. }` */
export const srvOwner: Check = {
  id: 'srv-owner',
  severity: 'warning',
  standard: 'RFC 2782, RFC 8552 section 4',
  reason:
    'Clients ask for an SRV by the service and the protocol, each behind an underscore; at another name none asks.',
  repair: 'Write the owner as _service._protocol, such as _sip._tcp.',
  covers: ['R01', 'N17'],
  rrset: {
    types: [SRV.code],
    run(rrset, look) {
      const labels = labelsOf(rrset.owner);
      // Below the name of a service stand its instances, which may have any name (RFC 6763 section 4.1).
      if (isWildcard(rrset.owner) || isService(labels[0], labels[1]) || isService(labels[1], labels[2])) return;
      look.atOwner(rrset, {
        message: `${displayName(rrset.owner)} has an SRV and does not begin with _service._protocol`,
      });
    },
  },
};

function isService(service = '', protocol = ''): boolean {
  return /^_./.test(service) && (protocol.startsWith('_') || protocol === '*');
}
