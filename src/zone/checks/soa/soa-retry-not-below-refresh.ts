import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `soa: { refresh: 4h, retry: 4h }` */
export const soaRetryNotBelowRefresh: Check = {
  id: 'soa-retry-not-below-refresh',
  severity: 'warning',
  standard: 'RFC 1912 section 2.2',
  reason: 'After a failure a secondary is to ask sooner than it would have asked anyway.',
  repair: 'Use a retry that is a fraction of refresh.',
  covers: ['S07'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined || soa.retry < soa.refresh) return;
    const message = `retry is ${soa.retry} seconds, not less than refresh (${soa.refresh})`;
    look.atSpan(settingSpan(look.zone, 'soa.retry'), { message }, { owner: look.zone.apex });
  },
};
