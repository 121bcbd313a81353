import { createHash } from 'node:crypto';
import type { DomainName } from '../../dns/name.ts';
import { domainToWire } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { readU16 } from '../../dns/octets.ts';

/** The key tag of a DNSKEY (RFC 4034 appendix B; appendix B.1 for algorithm 1). */
export function keyTag(dnskey: Rdata): number {
  if (dnskey.charCodeAt(3) === 1) return dnskey.length < 7 ? 0 : readU16(dnskey, dnskey.length - 3);
  let sum = 0;
  for (let i = 0; i < dnskey.length; i++) sum += (i & 1) === 0 ? dnskey.charCodeAt(i) << 8 : dnskey.charCodeAt(i);
  return (sum + (sum >>> 16)) & 0xffff;
}

/** The hash functions of DS digests (RFC 4509, RFC 6605). */
const digests = new Map<number, string>([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

/**
 * Whether a DS (or CDS) speaks of a DNSKEY of the owner: same tag, same algorithm, and the digest of owner and key
 * (RFC 4034 section 5.1.4). A digest of a type that is not known is taken at its word.
 */
export function dsMatches(owner: DomainName, ds: Rdata, dnskey: Rdata): boolean {
  if (readU16(ds, 0) !== keyTag(dnskey) || ds.charCodeAt(2) !== dnskey.charCodeAt(3)) return false;
  const hash = digests.get(ds.charCodeAt(3));
  if (hash === undefined) return true;
  const digest = createHash(hash)
    .update(Buffer.from(domainToWire(owner) + dnskey, 'latin1'))
    .digest()
    .toString('latin1');
  return digest === ds.slice(4);
}
