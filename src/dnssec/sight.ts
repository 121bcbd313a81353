import { dsMatches, readDs } from '../dns/dnssec/ds.ts';
import type { DomainName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import type { ParentSight } from './chain.ts';
import type { ZoneKey } from './key.ts';
import { keyId } from './key.ts';

/** The DS RRset of a zone as all servers of its parent have it. */
export interface DsAtParent {
  /** None: the parent has no DS of the zone. */
  readonly ds: readonly Rdata[];
  /** The TTL of the RRset, or of its absence, in seconds. */
  readonly ttl: number;
}

/** What the DS at the parent say in terms of the zone's keys. */
export type Sighting =
  | { readonly kind: 'sight'; readonly sight: ParentSight }
  /** The parent has a DS of a key that is none of the zone's. */
  | ForeignDs;

/**
 * DS that are of none of the zone's keys. What stands at the parent can then not be told in terms of its keys, so nothing
 * may be recorded: taken for "no DS" it would let the zone go unsigned below a DS.
 */
export interface ForeignDs {
  readonly kind: 'foreign';
  readonly ds: readonly Rdata[];
  /** One sentence that names them. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/**
 * Which keys of a zone the parent has a DS of. `at` is when the last of the parent's servers was asked, seconds since
 * 1970; `keys` are all keys of the zone, the retired ones too.
 */
export function sightOf(zone: DomainName, keys: readonly ZoneKey[], found: DsAtParent, at: number): Sighting {
  const foreign = found.ds.filter((ds) => !keys.some(({ dnskey }) => dsMatches(zone, ds, dnskey)));
  if (foreign.length > 0) return foreignDs(zone, foreign);
  const matched = keys.filter(({ dnskey }) => found.ds.some((ds) => dsMatches(zone, ds, dnskey)));
  return { kind: 'sight', sight: { keys: matched.map(({ id }) => id), at, ttl: found.ttl, by: 'query' } };
}

function foreignDs(zone: DomainName, ds: readonly Rdata[]): ForeignDs {
  const names = [...new Set(ds.map(readDs).map(({ algorithm, tag }) => keyId(algorithm, tag)))];
  return {
    kind: 'foreign',
    ds,
    message: `the parent of ${zone} has a DS of ${names.join(', ')}, which is no key of the zone`,
    fix: 'import that key if it is yours, or have the DS removed at the parent: whoever holds the key can sign for the zone',
  };
}
