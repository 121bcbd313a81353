import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `soa: { minimum: 1w }` */
export const soaMinimumRange: Check = {
  id: 'soa-minimum-range',
  severity: 'info',
  standard: 'RFC 2308 section 5',
  reason:
    'The minimum says how long a name that does not exist is remembered: too short makes load, too long hides new names.',
  repair: 'Use a time from 5m to 1d.',
  covers: ['S10'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined || (soa.minimum >= 300 && soa.minimum <= 86_400)) return;
    const message = `minimum is ${soa.minimum} seconds, not between 300 and 86400`;
    look.atSpan(settingSpan(look.zone, 'soa.minimum'), { message }, { owner: look.zone.apex });
  },
};
