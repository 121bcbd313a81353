import { readU16 } from '../../../dns/octets.ts';
import { typeName } from '../../../dns/rdata.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import type { Check } from '../check.ts';

/** `"@": { NSEC3PARAM: 1 0 100 AABBCCDD }` */
export const nsec3Parameters: Check = {
  id: 'nsec3-parameters',
  severity: 'warning',
  standard: 'RFC 9276 section 3.1, RFC 5155 section 4.1',
  reason:
    'Iterations and salt cost every resolver time and hide nothing; some take zones with many of them for unsigned.',
  repair: 'Sign with "1 0 0 -": no iterations and no salt.',
  covers: ['K11'],
  rrset: {
    types: [NSEC3PARAM.code, NSEC3.code],
    run(rrset, look) {
      const supported = rrset.rdatas.some((rdata) => rdata.charCodeAt(0) === 1);
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const said = faultOf(rdata, rrset.type === NSEC3.code, supported);
        if (said === undefined) continue;
        const { fault, severity } = said;
        look.at(rrset, i, { message: `${typeName(rrset.type)} has ${fault}`, ...(severity && { severity }) });
      }
    },
  },
};

/** What is wrong; the iterations and the salt of a zone are said once, with its NSEC3PARAM. */
function faultOf(
  rdata: string,
  nsec3: boolean,
  supported: boolean,
): { fault: string; severity?: 'error' | 'info' } | undefined {
  const hash = rdata.charCodeAt(0);
  const flags = rdata.charCodeAt(1);
  if (hash !== 1) {
    // BIND refuses a zone whose NSEC3PARAM have no other.
    return { fault: `the hash algorithm ${hash}, which is none`, ...(!nsec3 && !supported && { severity: 'error' }) };
  }
  if ((flags & (nsec3 ? 0xfe : 0xff)) !== 0) return { fault: `the flags ${flags}, which are reserved` };
  if (nsec3) return undefined;
  const iterations = readU16(rdata, 2);
  if (iterations > 0) return { fault: `${iterations} iterations` };
  return rdata.charCodeAt(4) > 0 ? { fault: 'a salt', severity: 'info' } : undefined;
}
