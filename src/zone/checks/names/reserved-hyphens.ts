import { displayName } from '../../../dns/name.ts';
import type { Check } from '../check.ts';
import { ownLabels } from './own-labels.ts';
import { trait, traitsOf } from './traits.ts';

/** `ab--cd: { A: 192.0.2.1 }` */
export const reservedHyphens: Check = {
  id: 'reserved-hyphens',
  severity: 'warning',
  standard: 'RFC 5891 section 4.2.3.1',
  reason:
    'Labels with two hyphens after two characters are reserved for encodings such as that of internationalised names.',
  repair: 'Use another name.',
  covers: ['N09'],
  owner(owner, rrsets, look) {
    if ((traitsOf(owner) & trait.reserved) === 0) return;
    const rrset = rrsets[0];
    const label = ownLabels(owner, look.zone.apex).find((each) => each.startsWith('--', 2) && !each.startsWith('xn'));
    if (rrset === undefined || label === undefined) return;
    look.atOwner(rrset, {
      message: `the label "${label}" of ${displayName(owner)} has hyphens as third and fourth character`,
    });
  },
};
