import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { readProperty } from './property.ts';

/** `"@": { CAA: 1 issue "letsencrypt.org" }` */
export const caaFlags: Check = {
  id: 'caa-flags',
  severity: 'error',
  standard: 'RFC 8659 section 4.1',
  reason:
    'Only the highest bit has a meaning: an authority that does not know the property must not issue; all others are 0.',
  repair: 'Write 0, or 128 for a property that must be understood.',
  covers: ['C01'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { flags, tag } = readProperty(rdata);
        if (flags === 0 || flags === 128) continue;
        const fix = flags === 1 ? 'write 128 if the property must be understood, else 0' : undefined;
        look.at(rrset, i, { message: `the flags of ${tag} are ${flags}`, ...(fix !== undefined && { fix }) });
      }
    },
  },
};
