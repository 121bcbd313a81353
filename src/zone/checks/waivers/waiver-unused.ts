import type { Check } from '../check.ts';

/** `waive: { ttl-zero: "load test" }` at a name whose TTLs are not 0 */
export const waiverUnused: Check = {
  id: 'waiver-unused',
  severity: 'info',
  standard: 'the zone document',
  reason: 'A waiver that nothing needs any more would hide the next mistake at this name.',
  repair: 'Remove the waiver.',
  covers: [],
  found: 'checking',
};
