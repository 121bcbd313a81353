import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { apexSpan } from '../place.ts';

/** `"*._er": { TXT: report received }` is not there */
export const errorReportingWildcard: Check = {
  id: 'error-reporting-wildcard',
  severity: 'warning',
  standard: 'RFC 9567 section 6.3',
  reason: 'Reports of lookup errors arrive as queries below the agent domain, and need an answer that is cached.',
  repair: 'Add "*._er" with a TXT to the zone that is the agent domain.',
  covers: ['Z37'],
  optIn: true,
  zone(look) {
    const { zone } = look;
    const wildcard = `*._er.${zone.apex === '.' ? '' : zone.apex}` as DomainName;
    if (findRRset(zone, wildcard, TXT.code) !== undefined || zone.unreadable?.has(wildcard) === true) return;
    const message = `the agent domain ${displayName(zone.apex)} has no TXT at ${displayName(wildcard)}`;
    look.atSpan(apexSpan(zone), { message }, { owner: zone.apex });
  },
};
