import { displayName } from '../../../dns/name.ts';
import { LP } from '../../../dns/types/lp.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';

/** `host: { LP: 10 host }` */
export const lpToItself: Check = {
  id: 'lp-to-itself',
  severity: 'error',
  standard: 'RFC 6742 section 2.4',
  reason: 'An LP says which other name has the locators; one that names itself leads nowhere.',
  repair: 'Write the name that has L32 or L64.',
  covers: ['K25'],
  rrset: {
    types: [LP.code],
    run(rrset, look) {
      const index = targetsOf(rrset).indexOf(rrset.owner);
      if (index >= 0) look.at(rrset, index, { message: `the LP of ${displayName(rrset.owner)} names itself` });
    },
  },
};
