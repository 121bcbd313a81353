import { displayName } from '../../../dns/name.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { nullMxIn } from './null-mx.ts';
import { hasDmarc, hasSpf } from './policies.ts';

/** `"@": { MX: 0 . }` without `TXT: v=spf1 -all` */
export const nullMxUnprotected: Check = {
  id: 'null-mx-unprotected',
  severity: 'info',
  standard: 'RFC 7505 section 4.2, RFC 7208 section 10.1.2, RFC 7489 section 6.3',
  reason: 'A name that takes no mail sends none either, and can say so to all who are shown forged mail.',
  repair: 'Add a TXT "v=spf1 -all" at the name and "v=DMARC1; p=reject" at _dmarc below it.',
  covers: ['M13'],
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      const { owner } = rrset;
      if (owner !== look.zone.apex || nullMxIn(rrset) < 0) return;
      const spf = hasSpf(look.zone, owner);
      const dmarc = hasDmarc(look.zone, owner);
      if (spf && dmarc) return;
      const missing = spf ? 'no DMARC record' : dmarc ? 'no SPF record' : 'neither an SPF nor a DMARC record';
      look.at(rrset, undefined, { message: `${displayName(owner)} has a null MX, but ${missing}` });
    },
  },
};
