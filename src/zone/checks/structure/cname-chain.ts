import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import type { Check } from '../check.ts';
import { knownTargets, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';

/** `www: { CNAME: web }`, `web: { CNAME: host1 }` */
export const cnameChain: Check = {
  id: 'cname-chain',
  severity: 'warning',
  standard: 'RFC 1034 section 3.6.2',
  reason: 'Each alias on the way to the data costs a lookup and is one more name that can break.',
  repair: 'Let the alias point to the canonical name.',
  covers: ['Z10'],
  rrset: {
    types: [CNAME.code],
    run(rrset, look) {
      const target = targetsOf(rrset)[0];
      if (target === undefined || target === rrset.owner) return;
      const next = ofType(knownTargets(look, rrset)[0]?.rrsets ?? [], CNAME.code);
      if (next === undefined) return;
      const end = targetsOf(next)[0];
      // A loop is found by its own check.
      if (end === undefined || end === rrset.owner || end === target) return;
      look.at(rrset, 0, { message: `the target ${displayName(target)} is itself an alias, of ${displayName(end)}` });
    },
  },
};
