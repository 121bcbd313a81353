import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { soaOf } from './fields.ts';

/** `soa: { retry: 0 }` */
export const soaTimerZero: Check = {
  id: 'soa-timer-zero',
  severity: 'warning',
  standard: 'RFC 1912 section 2.2',
  reason: 'Secondaries that take a timer of zero at its word ask without a pause, or stop answering at once.',
  repair: 'Give a time, or leave the timer out for the default.',
  covers: ['S05'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined) return;
    for (const timer of ['refresh', 'retry', 'expire'] as const) {
      if (soa[timer] !== 0) continue;
      const span = settingSpan(look.zone, `soa.${timer}`);
      look.atSpan(span, { message: `${timer} is 0` }, { owner: look.zone.apex });
    }
  },
};
