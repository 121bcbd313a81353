import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `soa: { expire: 1d }` */
export const soaExpireShort: Check = {
  id: 'soa-expire-short',
  severity: 'warning',
  standard: 'RFC 1912 section 2.2',
  reason: 'When the primary is away for longer than expire, the secondaries stop answering and the zone is gone.',
  repair: 'Use 2w to 4w.',
  covers: ['S09'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined) return;
    const { expire, refresh, retry } = soa;
    const fault =
      expire < refresh + retry
        ? `less than refresh and retry together (${refresh + retry})`
        : expire < 604_800
          ? 'less than 604800'
          : undefined;
    if (fault === undefined) return;
    const message = `expire is ${expire} seconds, ${fault}`;
    look.atSpan(settingSpan(look.zone, 'soa.expire'), { message }, { owner: look.zone.apex });
  },
};
