import { displayName } from '../../../dns/name.ts';
import { URI } from '../../../dns/types/uri.ts';
import type { Check } from '../check.ts';
import { trait, traitsOf } from '../names/traits.ts';

/** `www: { URI: 10 1 "https://www.example.com/" }` */
export const uriOwner: Check = {
  id: 'uri-owner',
  severity: 'warning',
  standard: 'RFC 7553 section 4.1',
  reason: 'Clients ask for a URI by the service, behind an underscore as in SRV; at another name none asks.',
  repair: 'Write the owner as _service._protocol, such as _ftp._tcp.',
  covers: ['R06'],
  rrset: {
    types: [URI.code],
    run(rrset, look) {
      if ((traitsOf(rrset.owner) & trait.underscoreFirst) !== 0) return;
      look.atOwner(rrset, {
        message: `${displayName(rrset.owner)} has a URI and no label that begins with an underscore`,
      });
    },
  },
};
