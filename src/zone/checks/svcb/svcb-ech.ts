import { readU16 } from '../../../dns/octets.ts';
import type { Check } from '../check.ts';
import { bindingTypes, paramKey, readBinding } from './binding.ts';

/** `www: { HTTPS: 1 . ech=AAAA }` */
export const svcbEch: Check = {
  id: 'svcb-ech',
  severity: 'warning',
  standard: 'RFC 9848 section 3, RFC 9849 section 4',
  reason: 'A client that cannot read the keys cannot hide the name it asks for, and may pass over the whole record.',
  repair: 'Copy the ECHConfigList of the server anew, as a whole.',
  covers: ['H09'],
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const list = readBinding(rdata).params.get(paramKey.ech);
        if (list === undefined || isConfigList(list)) continue;
        look.at(rrset, i, { message: `"ech" has ${list.length} octets that are no list of configurations` });
      }
    },
  },
};

/** Whether octets are a length and one or more configurations, each a version, a length and as many octets. */
function isConfigList(list: string): boolean {
  if (list.length < 6 || readU16(list, 0) !== list.length - 2) return false;
  let at = 2;
  while (at + 4 <= list.length) at += 4 + readU16(list, at + 2);
  return at === list.length;
}
