import { createHash } from 'node:crypto';
import type { RRset } from '../dns/rrset.ts';

/** What two releases of a zone have in common when neither serial nor bytes may change. */
export interface ZoneDigest {
  /** SHA-256, hexadecimal. */
  readonly content: string;
  readonly records: number;
  /** The most common TTL, which `$TTL` states: it follows from the content, so the bytes do, too. */
  readonly defaultTtl: number;
}

/** RRsets that are hashed one after the other, with a heading that parts them from the next. */
export interface DigestPart {
  readonly heading: string;
  /** In the order of the zone file; the SOA with serial 0. */
  readonly rrsets: readonly RRset[];
}

/** Owner and rdata of one record never take more than this, however they are written. */
const ROOM = 70_000;
const BUFFER = 4 * ROOM;

/**
 * The digest of a zone's content: owner, type, TTL and rdata of every record in the order of the zone file, names in rdata
 * with their case. It does not depend on how documents or zone files are laid out. Records and TTL are those of the first
 * part, which every node serves.
 */
export function digestZone(parts: readonly DigestPart[]): ZoneDigest {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(BUFFER);
  const ttls = new Map<number, number>();
  let records = 0;
  let at = 0;
  for (const part of parts) {
    const first = part === parts[0];
    at = putText(buffer, at, part.heading);
    for (const { owner, type, ttl, rdatas } of part.rrsets) {
      if (at > BUFFER - ROOM) {
        hash.update(buffer.subarray(0, at));
        at = 0;
      }
      at = putText(buffer, at, owner);
      buffer[at++] = type >>> 8;
      buffer[at++] = type;
      buffer[at++] = ttl >>> 24;
      buffer[at++] = ttl >>> 16;
      buffer[at++] = ttl >>> 8;
      buffer[at++] = ttl;
      const count = rdatas.length;
      at = putCount(buffer, at, count);
      const sorted = count === 1 ? rdatas : [...rdatas].sort();
      for (let i = 0; i < count; i++) {
        if (at > BUFFER - ROOM) {
          hash.update(buffer.subarray(0, at));
          at = 0;
        }
        at = putText(buffer, at, sorted[i] as string);
      }
      if (first) {
        records += count;
        ttls.set(ttl, (ttls.get(ttl) ?? 0) + 1);
      }
    }
  }
  hash.update(buffer.subarray(0, at));
  return { content: hash.digest('hex'), records, defaultTtl: mostCommon(ttls) };
}

/** The octets of a text behind their number. */
function putText(buffer: Buffer, at: number, text: string): number {
  const { length } = text;
  let to = putCount(buffer, at, length);
  // Short texts are the rule; a call into native code for each of them would cost more than the loop.
  if (length > 100) return to + buffer.write(text, to, length, 'latin1');
  for (let i = 0; i < length; i++) buffer[to++] = text.charCodeAt(i);
  return to;
}

function putCount(buffer: Buffer, at: number, count: number): number {
  buffer[at] = count >>> 16;
  buffer[at + 1] = count >>> 8;
  buffer[at + 2] = count;
  return at + 3;
}

/** Of two TTLs that are equally common the longer. */
function mostCommon(ttls: ReadonlyMap<number, number>): number {
  let best = 0;
  let most = 0;
  for (const [ttl, count] of ttls) {
    if (count > most || (count === most && ttl > best)) {
      best = ttl;
      most = count;
    }
  }
  return best;
}
