import { displayName } from '../../../dns/name.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { listed } from '../wording.ts';

/** `old: { DNAME: [new1.example.net., new2.example.net.] }` */
export const severalDnames: Check = {
  id: 'several-dnames',
  severity: 'error',
  standard: 'RFC 6672 section 2.4',
  reason: 'A tree can be redirected to one other tree only; name servers refuse a zone that names several.',
  repair: 'Keep one target.',
  covers: ['Z13'],
  hard: true,
  rrset: {
    types: [DNAME.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      look.at(rrset, 1, {
        message: `the tree below ${displayName(rrset.owner)} is redirected to ${listed(targetsOf(rrset).map(displayName))} at once`,
      });
    },
  },
};
