import type { Check } from '../check.ts';

/** `waive: { ttl-zero: "until 2020-01-01: load test" }` */
export const waiverExpired: Check = {
  id: 'waiver-expired',
  severity: 'warning',
  standard: 'the zone document',
  reason: 'A waiver past its last day does not count any more, and what it accepted is found again.',
  repair: 'Repair what was waived, or set a later date if it is still accepted.',
  covers: [],
  found: 'checking',
};
