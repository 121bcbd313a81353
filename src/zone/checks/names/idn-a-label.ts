import { domainToUnicode } from 'node:url';
import { displayName, toALabel } from '../../../dns/name.ts';
import type { Check } from '../check.ts';
import { ownLabels } from './own-labels.ts';
import { trait, traitsOf } from './traits.ts';

/** `xn--zzz: { A: 192.0.2.1 }` */
export const idnALabel: Check = {
  id: 'idn-a-label',
  severity: 'warning',
  standard: 'RFC 5890 section 2.3.2.1',
  reason:
    'A label that begins with xn-- and is not the encoding of an internationalised label cannot be typed or displayName.',
  repair: 'Write the label in Unicode; it is encoded when the zone is compiled.',
  covers: ['N14'],
  owner(owner, rrsets, look) {
    if ((traitsOf(owner) & trait.aLabel) === 0) return;
    const rrset = rrsets[0];
    const label = ownLabels(owner, look.zone.apex).find((each) => each.startsWith('xn--') && !isALabel(each));
    if (rrset === undefined || label === undefined) return;
    look.atOwner(rrset, { message: `"${label}" in ${displayName(owner)} is not the A-label of anything` });
  },
};

/** Whether a label is the encoding of some label, and the one encoding of it. */
function isALabel(label: string): boolean {
  const decoded = domainToUnicode(label);
  return decoded !== '' && decoded !== label && toALabel(decoded) === label;
}
