import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { Check } from '../check.ts';

/** `www: { RRSIG: A 13 3 3600 ... }` */
export const dnssecRecordInSource: Check = {
  id: 'dnssec-record-in-source',
  severity: 'error',
  standard: 'RFC 4035 section 2',
  reason:
    'Signatures and denial of existence are made from the data; kept beside it they are wrong at the next change.',
  repair: 'Remove it and let a DNSSEC policy sign the zone, or say "dnssec: presigned" if it is signed elsewhere.',
  covers: ['Z26'],
  rrset: {
    types: [RRSIG.code, NSEC.code, NSEC3.code, NSEC3PARAM.code],
    run(rrset, look) {
      if (look.zone.settings.dnssec === 'presigned') return;
      look.at(rrset, undefined, {
        message: `${typeName(rrset.type)} at ${displayName(rrset.owner)} comes from signing, and this document is not "presigned"`,
      });
    },
  },
};
