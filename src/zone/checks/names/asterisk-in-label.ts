import { displayName } from '../../../dns/name.ts';
import type { Check } from '../check.ts';
import { ownLabels } from './own-labels.ts';
import { trait, traitsOf } from './traits.ts';

/** `"*foo": { TXT: x }` */
export const asteriskInLabel: Check = {
  id: 'asterisk-in-label',
  severity: 'warning',
  standard: 'RFC 4592 section 2.1.2',
  reason: 'An asterisk stands for other names only as a label of its own; inside a label it is an ordinary character.',
  repair: 'Write the wildcard as a label of its own ("*.foo"), or a name without an asterisk.',
  covers: ['N11'],
  owner(owner, rrsets, look) {
    if ((traitsOf(owner) & trait.asteriskInLabel) === 0) return;
    const rrset = rrsets[0];
    const label = ownLabels(owner, look.zone.apex).find((each) => each !== '*' && each.includes('*'));
    if (rrset === undefined || label === undefined) return;
    look.atOwner(rrset, {
      message: `"${label}" in ${displayName(owner)} is no wildcard and answers for no other name`,
    });
  },
};
