import type { Draft } from './draft.ts';
import { put } from './draft.ts';
import type { ServedZone } from './served-zone.ts';

/**
 * States that a zone has no such name or no such data: its SOA in the authority section, with the TTL of negative answers
 * (RFC 2308 section 2).
 */
export function deny(draft: Draft, zone: ServedZone): void {
  put(draft, draft.authorities, zone.negativeSoa, zone.owners.get(zone.apex) ?? []);
}
