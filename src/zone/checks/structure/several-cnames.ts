import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { listed } from '../wording.ts';

/** `www: { CNAME: [web1, web2] }` */
export const severalCnames: Check = {
  id: 'several-cnames',
  severity: 'error',
  standard: 'RFC 2181 section 10.1',
  reason: 'An alias has one canonical name; name servers refuse a zone where it has several.',
  repair: 'Keep one target, or write the addresses of all of them as A and AAAA.',
  covers: ['Z07'],
  hard: true,
  rrset: {
    types: [CNAME.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      look.at(rrset, 1, {
        message: `${displayName(rrset.owner)} is an alias of ${listed(targetsOf(rrset).map(displayName))} at once`,
      });
    },
  },
};
