import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';

/** `old: { DNAME: new.example.net., CNAME: new.example.net. }` */
export const dnameWithCname: Check = {
  id: 'dname-with-cname',
  severity: 'error',
  standard: 'RFC 6672 section 2.4',
  reason: 'A DNAME is data beside the CNAME, which a CNAME does not allow; name servers refuse the zone.',
  repair: 'Keep the DNAME for the names below, and write A and AAAA for the name itself.',
  covers: ['Z13'],
  hard: true,
  rrset: {
    types: [DNAME.code],
    run(rrset, look) {
      const cname = findRRset(look.zone, rrset.owner, CNAME.code);
      if (cname === undefined) return;
      look.at(rrset, undefined, {
        message: `${displayName(rrset.owner)} has a DNAME and also a CNAME`,
        related: [{ span: typeSpan(cname), message: 'the CNAME' }],
      });
    },
  },
};
