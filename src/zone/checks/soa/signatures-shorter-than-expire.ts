import { readU16, readU32 } from '../../../dns/octets.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { SOA } from '../../../dns/types/soa.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `RRSIG: SOA 13 2 3600 20261130000000 20261120000000 ...` where `expire: 2w` */
export const signaturesShorterThanExpire: Check = {
  id: 'signatures-shorter-than-expire',
  severity: 'warning',
  standard: 'RFC 6781 section 4.4.1',
  reason: 'A secondary that has lost its primary answers until expire, with signatures that must hold as long.',
  repair: 'Sign for longer than refresh and expire together, or use a shorter expire.',
  covers: ['S14'],
  rrset: {
    types: [RRSIG.code],
    run(rrset, look) {
      const soa = soaOf(look.zone);
      if (soa === undefined || rrset.owner !== look.zone.apex) return;
      for (const [index, rdata] of rrset.rdatas.entries()) {
        if (readU16(rdata, 0) !== SOA.code) continue;
        const validity = (readU32(rdata, 8) - readU32(rdata, 12)) >>> 0;
        if (validity >= soa.expire + soa.refresh) continue;
        look.at(rrset, index, {
          message: `the signature of the SOA holds for ${validity} seconds, less than refresh and expire together (${soa.refresh + soa.expire})`,
        });
      }
    },
  },
};
