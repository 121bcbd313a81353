import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { displayName } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { DS } from '../../../dns/types/ds.ts';
import type { Check } from '../check.ts';
import { ofType } from '../known.ts';

/** A release in which no DS of a delegation, or no DNSKEY of a zone, is one that was there before. */
export const keysReplacedAtOnce: Check = {
  id: 'keys-replaced-at-once',
  severity: 'warning',
  standard: 'RFC 6781 section 4.1, RFC 7583 section 3',
  reason: 'Resolvers remember the old keys for as long as their TTL, and take everything for forged until then.',
  repair: 'Add the new one first, and remove the old one when its TTL, and that of the DS in the parent, has passed.',
  covers: ['P03'],
  change(existing, desired, report) {
    if (existing === undefined || desired === undefined) return;
    for (const [owner, rrsets] of desired.names) {
      for (const type of [DS.code, DNSKEY.code]) {
        const after = ofType(rrsets, type);
        const before = after === undefined ? undefined : ofType(existing.names.get(owner) ?? [], type);
        if (after === undefined || before === undefined) continue;
        const known = keysOf(before);
        const next = keysOf(after);
        if (next.some((key) => known.includes(key))) continue;
        const what = type === DS.code ? 'DS' : 'DNSKEY';
        report({
          message: `every ${what} of ${displayName(owner)} is replaced at once: ${tags(before)} by ${tags(after)}`,
          owner,
          type,
        });
      }
    }
  },
};

/** What tells the keys of an RRset apart: the DNSKEY itself, of a DS its tag and algorithm. */
function keysOf({ type, rdatas }: RRset): string[] {
  return rdatas.map((rdata) => (type === DS.code ? rdata.slice(0, 3) : rdata));
}

function tags({ type, rdatas }: RRset): string {
  return rdatas
    .map((rdata) => (type === DS.code ? (rdata.charCodeAt(0) << 8) | rdata.charCodeAt(1) : keyTag(rdata)))
    .sort((a, b) => a - b)
    .join(', ');
}
