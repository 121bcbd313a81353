import { createHash } from 'node:crypto';
import { lastUpTo } from '../dns/master/order.ts';
import { inTypeOrder } from '../dns/master/writer.ts';
import { canonicalKey, type DomainName } from '../dns/name.ts';
import type { RRset } from '../dns/rrset.ts';
import type { ZoneDifference } from '../zone/amend/amend.ts';
import { DIGEST_HEAD, digestedOctets, mostCommon, type ZoneDigest } from './digest.ts';

/**
 * The owners of a zone in the order of its file, with what its digest goes over, in pieces: those that a change does not
 * touch are shared by the zone before and the zone behind it.
 */
export interface ZoneOrder {
  readonly pieces: readonly OrderedPiece[];
  /** How many RRsets there are with each TTL. */
  readonly ttls: ReadonlyMap<number, number>;
  readonly records: number;
}

/** Owners that follow each other. */
export interface OrderedPiece {
  readonly owners: readonly DomainName[];
  readonly octets: Uint8Array;
  /** Where the octets of each owner end. */
  readonly ends: readonly number[];
}

/** Owners of a piece. */
const PIECE = 256;

/** The order of a zone, from its RRsets in that order. */
export function orderOf(rrsets: readonly RRset[]): ZoneOrder {
  const pieces: OrderedPiece[] = [];
  const ttls = new Map<number, number>();
  let records = 0;
  let open: { owner: DomainName; octets: Uint8Array }[] = [];
  for (let i = 0; i < rrsets.length; ) {
    const { owner } = rrsets[i] as RRset;
    const from = i;
    for (; (rrsets[i] as RRset | undefined)?.owner === owner; i++) {
      const { ttl, rdatas } = rrsets[i] as RRset;
      count(ttls, ttl, 1);
      records += rdatas.length;
    }
    open.push({ owner, octets: digestedOctets(rrsets.slice(from, i)) });
    if (open.length < PIECE) continue;
    pieces.push(pieceOf(open));
    open = [];
  }
  if (open.length > 0) pieces.push(pieceOf(open));
  return { pieces, ttls, records };
}

/** The order of a zone that differs from another one in some owners. */
export function amendOrder(
  before: ZoneOrder,
  names: ReadonlyMap<DomainName, readonly RRset[]>,
  { changed, gone, come }: ZoneDifference,
): ZoneOrder {
  const pieces = [...before.pieces];
  const ttls = new Map(before.ttls);
  let { records } = before;
  for (const [list, sign] of [
    [gone, -1],
    [come, 1],
  ] as const) {
    for (const { ttl, rdatas } of list) {
      count(ttls, ttl, sign);
      records += sign * rdatas.length;
    }
  }
  const ofPiece = new Map<number, DomainName[]>();
  for (const owner of changed) {
    const at = lastUpTo(pieces.length, (i) => (pieces[i] as OrderedPiece).owners[0] as DomainName, canonicalKey(owner));
    const others = ofPiece.get(Math.max(at, 0));
    if (others === undefined) ofPiece.set(Math.max(at, 0), [owner]);
    else others.push(owner);
  }
  for (const [at, owners] of [...ofPiece].sort(([a], [b]) => b - a)) {
    const { owners: there, octets, ends } = pieces[at] as OrderedPiece;
    const list = there.map((owner, i) => ({ owner, octets: octets.subarray(ends[i - 1] ?? 0, ends[i]) }));
    for (const owner of owners) put(list, owner, names.get(owner) ?? []);
    const parts: OrderedPiece[] = [];
    for (let i = 0; i < list.length; i += 2 * PIECE) parts.push(pieceOf(list.slice(i, i + 2 * PIECE)));
    pieces.splice(at, 1, ...parts);
  }
  return { pieces, ttls, records };
}

/** The digest of the zone. */
export function digestOfOrder({ pieces, ttls, records }: ZoneOrder): ZoneDigest {
  const hash = createHash('sha256').update(DIGEST_HEAD);
  for (const { octets } of pieces) hash.update(octets);
  return { content: hash.digest('hex'), records, defaultTtl: mostCommon(ttls) };
}

interface Ordered {
  readonly owner: DomainName;
  readonly octets: Uint8Array;
}

function put(list: Ordered[], owner: DomainName, rrsets: readonly RRset[]): void {
  const at = lastUpTo(list.length, (i) => (list[i] as Ordered).owner, canonicalKey(owner));
  const isThere = list[at]?.owner === owner;
  const now = rrsets.length === 0 ? [] : [{ owner, octets: digestedOctets(inTypeOrder(rrsets)) }];
  list.splice(isThere ? at : at + 1, isThere ? 1 : 0, ...now);
}

function pieceOf(list: readonly Ordered[]): OrderedPiece {
  const octets = Buffer.concat(list.map((each) => each.octets));
  let end = 0;
  const ends = list.map((each) => {
    end += each.octets.length;
    return end;
  });
  return { owners: list.map(({ owner }) => owner), octets, ends };
}

function count(ttls: Map<number, number>, ttl: number, by: number): void {
  const now = (ttls.get(ttl) ?? 0) + by;
  if (now === 0) ttls.delete(ttl);
  else ttls.set(ttl, now);
}
