import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import type { Check } from '../check.ts';
import { knownTargets } from '../known.ts';
import { targetsOf } from '../targets.ts';

/** `www: { CNAME: wbe }` where there is no `wbe` */
export const cnameTargetMissing: Check = {
  id: 'cname-target-missing',
  severity: 'warning',
  standard: 'RFC 1034 section 3.6.2',
  reason: 'An alias of a name that does not exist has no data, and whoever takes over that name takes over the alias.',
  repair: 'Correct the target, or remove the alias.',
  covers: ['Z11'],
  rrset: {
    types: [CNAME.code],
    run(rrset, look) {
      const target = targetsOf(rrset)[0];
      if (target === undefined) return;
      const known = knownTargets(look, rrset)[0];
      if (known === undefined || known.exists || look.shape.dnameAbove(target) !== undefined) return;
      look.at(rrset, 0, {
        message: `the target ${displayName(target)} does not exist in the zone ${displayName(known.apex)}`,
      });
    },
  },
};
