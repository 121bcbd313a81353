import { displayName, labelCount } from '../../../dns/name.ts';
import { MX } from '../../../dns/types/mx.ts';
import { isDocumentationName, isPrivateName } from '../addresses/private-names.ts';
import type { Check } from '../check.ts';
import { nullMxIn } from './null-mx.ts';

/** `"@": { MX: 10 mail.example.net. }` in the zone `com` or `2.0.192.in-addr.arpa` */
export const mxAtTop: Check = {
  id: 'mx-at-top',
  severity: 'warning',
  standard: 'RFC 3172, RFC 5321 section 2.3.5, RFC 7085',
  reason: 'Most mail programs refuse addresses at the root, at a top-level domain and in arpa.',
  repair: 'Remove the MX, or write "0 ." to say that there is no mail.',
  covers: ['M07'],
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      const { owner } = rrset;
      if (owner !== look.zone.apex || nullMxIn(rrset) >= 0 || isPrivateName(owner) || isDocumentationName(owner))
        return;
      const kind =
        owner === '.'
          ? 'the root'
          : labelCount(owner) === 1
            ? `the top-level domain ${displayName(owner)}`
            : owner.endsWith('.arpa.')
              ? displayName(owner)
              : undefined;
      if (kind !== undefined) look.at(rrset, undefined, { message: `${kind} has an MX` });
    },
  },
};
