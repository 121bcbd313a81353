import type { DomainName } from '../../name.ts';
import { displayName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { DNSKEY } from '../../types/dnskey.ts';
import { keyTag } from '../dnskey.ts';
import { algorithmText } from '../ds.ts';
import type { Rrsig } from '../rrsig.ts';
import { countedLabels } from '../validate/signature.ts';
import type { SignedZone } from './signed-zone.ts';
import { isSigned, rrsetAt } from './signed-zone.ts';

/**
 * What does not fit about a signature at an owner, at first sight: that it speaks of the data beside it and of a key of the
 * zone (RFC 4034 section 3.1, RFC 4035 section 2.2). As the end of a sentence.
 */
export function mismatchOf(rrsig: Rrsig, owner: DomainName, zone: SignedZone): string | undefined {
  const data = rrsetAt(zone, owner, rrsig.covered);
  if (data === undefined) return 'signs nothing that is there';
  if (!isSigned(zone.cuts, owner, rrsig.covered)) return 'signs what the zone delegates';
  const labels = countedLabels(owner);
  if (rrsig.labels !== labels) return `counts ${rrsig.labels} labels instead of ${labels}`;
  if (rrsig.originalTtl !== data.ttl) return `has the TTL ${rrsig.originalTtl}, and the data have ${data.ttl}`;
  if (rrsig.signer !== zone.apex) return `is one of ${displayName(rrsig.signer)}`;
  if ((rrsig.expiration - rrsig.inception) >> 0 <= 0) return 'ends before it begins';
  const keys = rrsetAt(zone, zone.apex, DNSKEY.code)?.rdatas ?? [];
  if (keys.length === 0 || keys.some((key) => isOf(rrsig, key))) return undefined;
  return `is of key tag ${rrsig.tag} with ${algorithmText(rrsig.algorithm)}, of which the zone has no DNSKEY`;
}

/** Whether a signature names a key by tag and algorithm. */
function isOf(rrsig: Rrsig, dnskey: Rdata): boolean {
  return dnskey.charCodeAt(3) === rrsig.algorithm && keyTag(dnskey) === rrsig.tag;
}
