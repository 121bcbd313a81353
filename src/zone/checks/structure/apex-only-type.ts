import { displayName } from '../../../dns/name.ts';
import { readU16 } from '../../../dns/octets.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CDNSKEY } from '../../../dns/types/cdnskey.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { CSYNC } from '../../../dns/types/csync.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import { ZONEMD } from '../../../dns/types/zonemd.ts';
import type { Check } from '../check.ts';

/** `www: { DNSKEY: 257 3 13 ... }` */
export const apexOnlyType: Check = {
  id: 'apex-only-type',
  severity: 'error',
  standard: 'RFC 4034 section 2.1.1, RFC 5155 section 4, RFC 7344 section 4.1, RFC 7477 section 2, RFC 8976 section 2',
  reason: 'These records speak for a whole zone and have no meaning at any other name than its apex.',
  repair: 'Move the record to the apex of the zone that it speaks for.',
  covers: ['Z25', 'Z34'],
  rrset: {
    types: [DNSKEY.code, NSEC3PARAM.code, CDS.code, CDNSKEY.code, CSYNC.code, ZONEMD.code],
    run(rrset, look) {
      const { owner, type, rdatas } = rrset;
      if (owner === look.zone.apex) return;
      // A DNSKEY without the zone key flag is a key for something else and may stand anywhere (RFC 4035 section 2.1).
      if (type === DNSKEY.code && !rdatas.some((rdata) => (readU16(rdata, 0) & 0x0100) !== 0)) return;
      const forbidden = type === DNSKEY.code || type === NSEC3PARAM.code;
      look.at(rrset, undefined, {
        message: `${typeName(type)} at ${displayName(owner)} is not at the apex of the zone`,
        ...(!forbidden && { severity: 'warning' }),
      });
    },
  },
};
