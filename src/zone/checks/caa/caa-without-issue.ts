import { displayName } from '../../../dns/name.ts';
import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { readProperty } from './property.ts';

/** `"@": { CAA: 0 iodef "mailto:security@example.com" }` and nothing else */
export const caaWithoutIssue: Check = {
  id: 'caa-without-issue',
  severity: 'warning',
  standard: 'RFC 8659 section 4.2, section 4.4',
  reason: 'Reports are sent about requests that were refused, and without "issue" every authority may issue.',
  repair: 'Add "issue" with the authority that may issue.',
  covers: ['C06'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      if (!rrset.rdatas.every((rdata) => readProperty(rdata).tag.toLowerCase() === 'iodef')) return;
      look.at(rrset, undefined, { message: `the CAA of ${displayName(rrset.owner)} have iodef only` });
    },
  },
};
