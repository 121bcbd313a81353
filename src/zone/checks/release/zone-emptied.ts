import { displayName } from '../../../dns/name.ts';
import type { Check } from '../check.ts';

/** A release in which `example.com` keeps only what stands at its apex. */
export const zoneEmptied: Check = {
  id: 'zone-emptied',
  severity: 'error',
  standard: 'the release',
  reason: 'A zone that loses all of its names at once was more often emptied by mistake than on purpose.',
  repair: 'Restore the records, or waive the rule for the whole zone if they are meant to go.',
  covers: ['Z36'],
  change(existing, desired, report) {
    if (existing === undefined || desired === undefined) return;
    const had = existing.names.size - (existing.names.has(existing.apex) ? 1 : 0);
    const has = desired.names.size - (desired.names.has(desired.apex) ? 1 : 0);
    if (had === 0 || has > 0) return;
    report({
      message: `${displayName(desired.apex)} had ${had} ${had === 1 ? 'name' : 'names'} below its apex and has none now`,
    });
  },
};
