import { nsec3Hash, nsec3Label } from '../../dns/dnssec/nsec3.ts';
import { parseBase32Hex } from '../../dns/fields/binary.ts';
import { canonicalKey, type DomainName, labelCount, parentName, parseName } from '../../dns/name.ts';
import { octets, type Rdata, u8, u16 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { DS } from '../../dns/types/ds.ts';
import { NSEC3 } from '../../dns/types/nsec3.ts';
import { newBitmaps } from './bitmap.ts';
import { type Node, withRRset } from './nodes.ts';

const SHA1 = u8(1);
const ITERATIONS = 0;
const NO_SALT = '';
const HASH_OCTETS = 20;

/** A name of the chain: its hash, and the types that it has. */
interface Link {
  readonly name: DomainName;
  readonly hash: string;
  readonly bitmap: string;
}

/** Two names with one hash: no chain can be made of them. */
export interface HashCollision {
  readonly names: readonly [DomainName, DomainName];
}

/**
 * The NSEC3 RRsets of a zone in the order of their hashes, which is that of their owners (RFC 5155 section 7.1). Each name
 * that the zone speaks for has one, and each empty one above; with opt-out, delegations without DS and what is above them
 * alone have none.
 */
export function nsec3Chain(
  nodes: readonly Node[],
  { optOut, ttl, hashOf = hashOfName }: { optOut: boolean; ttl: number; hashOf?: (name: DomainName) => string },
): RRset[] | HashCollision {
  const apex = (nodes[0] as Node).owner;
  const bitmapOf = newBitmaps('nsec3');
  const links: Link[] = [];
  const names = new Set<DomainName>();
  const depth = labelCount(apex) + 1;
  const add = (name: DomainName, bitmap: string): void => {
    names.add(name);
    links.push({ name, hash: hashOf(name), bitmap });
  };
  for (const node of nodes) {
    if (node.authority === 'none' || (optOut && isInsecureCut(node))) continue;
    // Canonical order has parents before their children: an ancestor that is not there by now is an empty one.
    for (let left = labelCount(node.owner) - depth, name = node.owner; left > 0; left--) {
      name = parentName(name) as DomainName;
      if (names.has(name)) break;
      add(name, '');
    }
    add(node.owner, bitmapOf(node));
  }
  links.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
  const rrsets: RRset[] = [];
  for (const [i, link] of links.entries()) {
    const next = links[(i + 1) % links.length] as Link;
    if (next.hash === link.hash && next !== link) return { names: [link.name, next.name] };
    rrsets.push(nsec3RRset(nsec3Owner(link.hash, apex), { optOut, ttl, next: next.hash, bitmap: link.bitmap }));
  }
  return rrsets;
}

/** The owner of the NSEC3 of a hash (RFC 5155 section 3). */
export function nsec3Owner(hash: string, apex: DomainName): DomainName {
  return parseName(nsec3Label(hash), apex);
}

/** The hash that the owner of an NSEC3 is named by. */
export function hashIn(owner: DomainName): string {
  return parseBase32Hex(owner.slice(0, owner.indexOf('.')), 'owner');
}

/** What an NSEC3 says: `next` is the hash of the next name, 20 octets. */
export interface Nsec3 {
  readonly optOut: boolean;
  readonly ttl: number;
  readonly next: string;
  readonly bitmap: string;
}

/** Stands for a hash that is not known yet. */
export const NO_HASH = '\0'.repeat(HASH_OCTETS);

/** What stands in front of the next hash, in octets. */
const FRONT = 6;

/** An NSEC3 without salt and further iterations (RFC 5155 section 3.2). */
export function nsec3RRset(owner: DomainName, { optOut, ttl, next, bitmap }: Nsec3): RRset {
  const front = SHA1 + u8(optOut ? 1 : 0) + u16(ITERATIONS) + u8(0) + u8(HASH_OCTETS);
  return { owner, type: NSEC3.code, ttl, rdatas: [octets(front + next + bitmap)] };
}

/** An NSEC3 that was made here, with another hash as the next. */
export function withNextHash(rrset: RRset, next: string): RRset {
  const [rdata] = rrset.rdatas as readonly [Rdata];
  return { ...rrset, rdatas: [octets(rdata.slice(0, FRONT) + next + rdata.slice(FRONT + HASH_OCTETS))] };
}

/** The hash of a name in the chains that are made here, 20 octets. */
export function hashOfName(name: DomainName): string {
  return nsec3Hash(name, ITERATIONS, NO_SALT);
}

/** Whether a name delegates to a zone that is not signed. */
export function isInsecureCut({ authority, rrsets }: Node): boolean {
  return authority === 'cut' && !rrsets.some(({ type }) => type === DS.code);
}

/** The names of a zone together with those of its NSEC3 RRsets, in canonical order, the apex first. */
export function* withNsec3(nodes: Iterable<Node>, chain: readonly RRset[]): Generator<Node, void> {
  let at = 0;
  let nextKey = keyAt(chain, 0);
  for (const node of nodes) {
    const key = canonicalKey(node.owner);
    for (; nextKey !== undefined && nextKey < key; nextKey = keyAt(chain, ++at)) yield nodeOfNsec3(chain[at] as RRset);
    if (nextKey !== key) {
      yield node;
      continue;
    }
    yield { ...node, rrsets: withRRset(node.rrsets, chain[at] as RRset) };
    nextKey = keyAt(chain, ++at);
  }
  for (; at < chain.length; at++) yield nodeOfNsec3(chain[at] as RRset);
}

function keyAt(chain: readonly RRset[], at: number): string | undefined {
  const rrset = chain[at];
  return rrset === undefined ? undefined : canonicalKey(rrset.owner);
}

/** An owner of nothing but an NSEC3. */
export function nodeOfNsec3(rrset: RRset): Node {
  return { owner: rrset.owner, authority: 'own', rrsets: [rrset] };
}
