import { displayName } from '../../../dns/name.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { nullMxIn } from './null-mx.ts';
import { hasDmarc } from './policies.ts';

/** `"@": { MX: 10 mail.example.net. }` and no `_dmarc` */
export const dmarcMissing: Check = {
  id: 'dmarc-missing',
  severity: 'info',
  standard: 'RFC 7489 section 6.1',
  reason:
    'Without a policy receivers cannot tell forged mail in the name of the domain, and large ones refuse much of it.',
  repair: 'Add a TXT "v=DMARC1; p=none" at _dmarc and make it stricter when the reports allow it.',
  covers: ['M12'],
  optIn: true,
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      // The policy of the apex holds for the names below it.
      if (rrset.owner !== look.zone.apex || nullMxIn(rrset) >= 0) return;
      if (hasDmarc(look.zone, rrset.owner)) return;
      look.at(rrset, undefined, { message: `${displayName(rrset.owner)} takes mail and has no DMARC record` });
    },
  },
};
