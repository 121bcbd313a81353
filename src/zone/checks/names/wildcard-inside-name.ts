import { displayName } from '../../../dns/name.ts';
import type { Check } from '../check.ts';
import { ownLabels } from './own-labels.ts';
import { trait, traitsOf } from './traits.ts';

/** `a.*.b: { TXT: x }` */
export const wildcardInsideName: Check = {
  id: 'wildcard-inside-name',
  severity: 'warning',
  standard: 'RFC 4592 section 2.1.1',
  reason: 'Only a left-most asterisk label stands for other names; anywhere else it makes a name that nobody asks for.',
  repair: 'Put the asterisk first, or write the names out.',
  covers: ['N12'],
  owner(owner, rrsets, look) {
    if ((traitsOf(owner) & trait.innerAsterisk) === 0) return;
    const rrset = rrsets[0];
    if (
      rrset === undefined ||
      !ownLabels(owner, look.zone.apex)
        .slice(owner === look.zone.apex ? 0 : 1)
        .includes('*')
    )
      return;
    look.atOwner(rrset, { message: `${displayName(owner)} has an asterisk label that is not the left-most` });
  },
};
