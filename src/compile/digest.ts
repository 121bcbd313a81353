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
/** Made once: most zones are far smaller, and a new one for each of them would keep the collector of garbage busy. */
let shared: Buffer | undefined;

/**
 * The digest of a zone's content: owner, type, TTL and rdata of every record in the order of the zone file, names in rdata
 * with their case. It does not depend on how documents or zone files are laid out. Records and TTL are those of the first
 * part, which every node serves.
 */
export function digestZone(parts: readonly DigestPart[]): ZoneDigest {
  const hash = createHash('sha256');
  shared ??= Buffer.allocUnsafeSlow(BUFFER);
  const buffer = shared;
  const ttls = new Map<number, number>();
  let records = 0;
  let at = 0;
  const flush = (to: number): number => {
    hash.update(buffer.subarray(0, to));
    return 0;
  };
  for (const part of parts) {
    const first = part === parts[0];
    at = putText(buffer, at, part.heading);
    for (const rrset of part.rrsets) {
      at = putRRset(buffer, at, rrset, flush);
      if (first) {
        records += rrset.rdatas.length;
        ttls.set(rrset.ttl, (ttls.get(rrset.ttl) ?? 0) + 1);
      }
    }
  }
  flush(at);
  return { content: hash.digest('hex'), records, defaultTtl: mostCommon(ttls) };
}

/** What the digest of a zone begins with: the heading of its first part. */
export const DIGEST_HEAD: Uint8Array = new Uint8Array(3);

/** The octets of RRsets, as the digest of a zone goes over them. */
export function digestedOctets(rrsets: Iterable<RRset>): Buffer {
  shared ??= Buffer.allocUnsafeSlow(BUFFER);
  const buffer = shared;
  const pieces: Buffer[] = [];
  const flush = (to: number): number => {
    pieces.push(Buffer.from(buffer.subarray(0, to)));
    return 0;
  };
  let at = 0;
  for (const rrset of rrsets) at = putRRset(buffer, at, rrset, flush);
  flush(at);
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}

function putRRset(
  buffer: Buffer,
  from: number,
  { owner, type, ttl, rdatas }: RRset,
  flush: (to: number) => number,
): number {
  let at = from > BUFFER - ROOM ? flush(from) : from;
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
    if (at > BUFFER - ROOM) at = flush(at);
    at = putText(buffer, at, sorted[i] as string);
  }
  return at;
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
export function mostCommon(ttls: ReadonlyMap<number, number>): number {
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
