import type { KeyId } from './key.ts';

/**
 * One version of something that resolvers keep: which keys the DS RRset of the parent speaks of, which the DNSKEY RRset
 * holds, or which have signed the zone. An empty list: there is no such RRset, or the zone is not signed.
 */
export interface Version {
  readonly keys: readonly KeyId[];
  /** When it was first served, seconds since 1970. */
  readonly since: number;
  /** When the last cache has forgotten it, seconds since 1970; `undefined` while it is served. */
  readonly until: number | undefined;
  /** The longest time for which a resolver keeps it, seconds: it is forgotten so long after another took its place. */
  readonly ttl: number;
}

/**
 * What resolvers anywhere may know of a zone's chain of trust: of each part every version that may still be cached, oldest
 * first, the one that is served now last. The roll-over takes no step that one combination of these would not validate.
 */
export interface Chain {
  /** At the parent. */
  readonly ds: readonly Version[];
  readonly dnskey: readonly Version[];
  readonly signatures: readonly Version[];
}

/** What was last found out about the DS at the parent, by asking or from the operator. */
export interface ParentSight {
  /** The keys that every server of the parent has a DS of. */
  readonly keys: readonly KeyId[];
  /** When all of the parent's servers agreed, seconds since 1970. */
  readonly at: number;
  /** The TTL of the DS RRset, or of its absence, in seconds. */
  readonly ttl: number;
  /** `release`: the parent is a zone of the same repository, which was released with it. */
  readonly by: 'query' | 'operator' | 'release';
}

/** A DS RRset that the parent was asked to have. */
export interface WantedDs {
  /** None: no DS at all. */
  readonly keys: readonly KeyId[];
  /** Since when, seconds since 1970. */
  readonly since: number;
}
