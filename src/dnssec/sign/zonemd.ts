import { createHash } from 'node:crypto';
import { canonicalRecords } from '../../dns/dnssec/canonical.ts';
import { type DomainName, domainToWire } from '../../dns/name.ts';
import { type Rdata, readU16, u16, u32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { ZONEMD } from '../../dns/types/zonemd.ts';

const CHUNK = 1 << 16;

/**
 * The digest over a signed zone, scheme SIMPLE with SHA-384 (RFC 8976 section 3.3), from its RRsets owner by owner in
 * canonical order. The ZONEMD at the apex and its signatures do not count.
 */
export function zoneDigest(apex: DomainName, rrsets: readonly RRset[]): string {
  const hash = createHash('sha384');
  let text = '';
  for (let i = 0; i < rrsets.length; ) {
    const { owner } = rrsets[i] as RRset;
    const ofOwner: RRset[] = [];
    const signatures: { rdata: Rdata; ttl: number }[] = [];
    for (; i < rrsets.length && (rrsets[i] as RRset).owner === owner; i++) {
      const rrset = rrsets[i] as RRset;
      if (rrset.type !== RRSIG.code) {
        if (owner !== apex || rrset.type !== ZONEMD.code) ofOwner.push(rrset);
        continue;
      }
      for (const rdata of rrset.rdatas) {
        if (owner !== apex || readU16(rdata, 0) !== ZONEMD.code) signatures.push({ rdata, ttl: rrset.ttl });
      }
    }
    ofOwner.sort((a, b) => a.type - b.type);
    const behind = ofOwner.findIndex(({ type }) => type > RRSIG.code);
    const before = behind < 0 ? ofOwner.length : behind;
    for (const rrset of ofOwner.slice(0, before)) text += canonicalRecords(rrset, () => rrset.ttl);
    text += signatureRecords(owner, signatures);
    for (const rrset of ofOwner.slice(before)) text += canonicalRecords(rrset, () => rrset.ttl);
    if (text.length >= CHUNK) {
      hash.update(text, 'latin1');
      text = '';
    }
  }
  return hash.update(text, 'latin1').digest().toString('latin1');
}

/** All signatures of an owner are one RRset here, in canonical order, each with the TTL of what it signs. */
function signatureRecords(owner: DomainName, signatures: { rdata: Rdata; ttl: number }[]): string {
  const head = domainToWire(owner) + u16(RRSIG.code) + u16(1);
  signatures.sort((a, b) => (a.rdata < b.rdata ? -1 : 1));
  return signatures.map(({ rdata, ttl }) => head + u32(ttl) + u16(rdata.length) + rdata).join('');
}
