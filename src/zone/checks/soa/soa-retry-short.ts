import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `soa: { retry: 1m }` */
export const soaRetryShort: Check = {
  id: 'soa-retry-short',
  severity: 'info',
  standard: 'RFC 1912 section 2.2',
  reason: 'Secondaries that try again every few minutes make work for a primary that is in trouble already.',
  repair: 'Use at least 1h.',
  covers: ['S08'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined || soa.retry >= 3600) return;
    const message = `retry is ${soa.retry} seconds, less than 3600`;
    look.atSpan(settingSpan(look.zone, 'soa.retry'), { message }, { owner: look.zone.apex });
  },
};
