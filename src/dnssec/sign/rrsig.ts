import { canonicalRecords } from '../../dns/dnssec/canonical.ts';
import { type DomainName, domainToWire, isWildcard, labelCount } from '../../dns/name.ts';
import { octets, type Rdata, u8, u16, u32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { SigningKey, SigningTimes } from './inputs.ts';

const TIME_SPACE = 0x100000000;
const TIME_HALF = 0x80000000;

/** A time as it stands in a signature, compared in serial arithmetic (RFC 4034 section 3.1.5). */
export function wireTime(seconds: number): number {
  // The remainder of numbers of more than 32 bits is slow, and nearly all times are what they are.
  if (seconds >= 0 && seconds < TIME_SPACE) return seconds;
  return ((seconds % TIME_SPACE) + TIME_SPACE) % TIME_SPACE;
}

/** The seconds since 1970 that a time in a signature stands for: those that are closest to `now`. */
export function timeNear(wire: number, now: number): number {
  const ahead = wireTime(wire - wireTime(now));
  return now + (ahead < TIME_HALF ? ahead : ahead - TIME_SPACE);
}

/** Whether a signature with these times can be used on: it has begun, and is not due to be renewed. */
export function isFresh(expiration: number, inception: number, { now, refresh }: SigningTimes): boolean {
  return timeNear(inception, now) <= now && timeNear(expiration, now) > now + refresh;
}

/**
 * When a signature that is made now expires, seconds since 1970: a lifetime from now, less a part of the jitter that owner,
 * type and serial decide. The jitter never brings a signature so near to its end that it would be due at once.
 */
export function expirationOf({ owner, type }: RRset, serial: number, times: SigningTimes): number {
  const { now, lifetime, refresh } = times;
  const jitter = Math.max(0, Math.min(times.jitter, lifetime - refresh - 1));
  if (jitter === 0) return now + lifetime;
  let hash = 0x811c9dc5 ^ serial ^ type;
  for (let i = 0; i < owner.length; i++) hash = Math.imul(hash ^ owner.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return now + lifetime - ((hash >>> 0) % (jitter + 1));
}

/** The rdata of an RRSIG without its signature (RFC 4034 section 3.1.8.1). `expiration` is in seconds since 1970. */
export function rrsigHead(
  rrset: RRset,
  key: SigningKey,
  signer: DomainName,
  expiration: number,
  inception: number,
): Rdata {
  const { owner, type, ttl } = rrset;
  const labels = labelCount(owner) - (isWildcard(owner) ? 1 : 0);
  return octets(
    u16(type) +
      u8(key.algorithm) +
      u8(labels) +
      u32(ttl) +
      u32(wireTime(expiration)) +
      u32(wireTime(inception)) +
      u16(key.tag) +
      domainToWire(signer),
  );
}

/** What a signature goes over. */
export function signedData(head: Rdata, rrset: RRset): string {
  return head + canonicalRecords(rrset, () => rrset.ttl);
}
