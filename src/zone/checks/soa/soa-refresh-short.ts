import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `soa: { refresh: 5m }` */
export const soaRefreshShort: Check = {
  id: 'soa-refresh-short',
  severity: 'info',
  standard: 'RFC 1912 section 2.2',
  reason: 'Secondaries that ask every few minutes make work for the primary; NOTIFY tells them of changes at once.',
  repair: 'Use at least 4h.',
  covers: ['S06'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined || soa.refresh >= 14_400) return;
    const message = `refresh is ${soa.refresh} seconds, less than 14400`;
    look.atSpan(settingSpan(look.zone, 'soa.refresh'), { message }, { owner: look.zone.apex });
  },
};
