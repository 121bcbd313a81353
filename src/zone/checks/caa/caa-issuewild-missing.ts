import { displayName } from '../../../dns/name.ts';
import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { readIssuer, readProperty } from './property.ts';

/** `"@": { CAA: 0 issue "letsencrypt.org" }` */
export const caaIssuewildMissing: Check = {
  id: 'caa-issuewild-missing',
  severity: 'info',
  standard: 'RFC 8659 section 4.3',
  reason:
    'Without "issuewild" who may issue for a name may issue for the wildcard too, which is worth more to a thief.',
  repair: `Add 'issuewild ";"', or the authority that may issue wildcards.`,
  covers: ['C06'],
  optIn: true,
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      const properties = rrset.rdatas.map(readProperty);
      const issue = properties.filter(({ tag }) => tag.toLowerCase() === 'issue');
      if (!issue.some(({ value }) => readIssuer(value).domain !== '')) return;
      if (properties.some(({ tag }) => tag.toLowerCase() === 'issuewild')) return;
      look.at(rrset, undefined, { message: `the CAA of ${displayName(rrset.owner)} have issue and not issuewild` });
    },
  },
};
