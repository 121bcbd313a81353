import { dsMatches, dsOf } from '../../dns/dnssec/ds.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName, parentName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { readU16 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { DS } from '../../dns/types/ds.ts';
import { NS } from '../../dns/types/ns.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import type { SigningNote } from './desk.ts';

/** A zone below, which is signed here, and the keys that its parent is to have a DS of. */
export interface SignedChild {
  readonly apex: DomainName;
  /** All keys that it has or had. */
  readonly keys: readonly ZoneKey[];
  /** Those that the parent is to have a DS of now. */
  readonly ds: readonly ZoneKey[];
  readonly digests: DnssecPolicy['dsDigests'];
}

/** The zones that have keys, by the zone of the project right above them. */
export function childrenByParent(
  zones: ReadonlyMap<DomainName, unknown>,
  withKeys: Iterable<DomainName>,
): Map<DomainName, DomainName[]> {
  const children = new Map<DomainName, DomainName[]>();
  for (const apex of withKeys) {
    if (!zones.has(apex)) continue;
    for (let above = parentName(apex); above !== undefined; above = parentName(above)) {
      if (!zones.has(above)) continue;
      children.set(above, [...(children.get(above) ?? []), apex]);
      break;
    }
  }
  return children;
}

/** What a parent serves about the keys of a zone below. */
export interface DsServed {
  readonly child: DomainName;
  readonly keys: readonly ZoneKey[];
  readonly ttl: number;
}

/** A zone with the DS of the zones below it that are signed here. */
export interface WithDs {
  readonly names: ReadonlyMap<DomainName, readonly RRset[]>;
  /** The delegations whose DS were added. */
  readonly added: readonly DomainName[];
  readonly served: readonly DsServed[];
  readonly notes: readonly SigningNote[];
}

/**
 * Puts the DS of signed zones below into their parent, at delegations that have none. What the document says itself stays,
 * and must be of the child's keys. A DS has the TTL of the delegation beside it.
 */
export function withDs(names: ReadonlyMap<DomainName, readonly RRset[]>, children: readonly SignedChild[]): WithDs {
  const added: DomainName[] = [];
  const served: DsServed[] = [];
  const notes: SigningNote[] = [];
  let result = names;
  for (const { apex, keys, ds, digests } of children) {
    const rrsets = names.get(apex);
    const ns = rrsets?.find(({ type }) => type === NS.code);
    if (rrsets === undefined || ns === undefined) continue;
    const declared = rrsets.find(({ type }) => type === DS.code);
    if (declared !== undefined) {
      const foreign = declared.rdatas.filter((rdata) => !keys.some(({ dnskey }) => dsMatches(apex, rdata, dnskey)));
      if (foreign.length > 0) notes.push(foreignNote(apex, foreign));
      const matched = keys.filter(({ dnskey }) => declared.rdatas.some((rdata) => dsMatches(apex, rdata, dnskey)));
      served.push({ child: apex, keys: matched, ttl: declared.ttl });
      continue;
    }
    served.push({ child: apex, keys: ds, ttl: ns.ttl });
    if (ds.length === 0) continue;
    const rdatas = ds.flatMap(({ dnskey }) => digests.map((digest) => dsOf(apex, dnskey, digest)));
    if (result === names) result = new Map(names);
    (result as Map<DomainName, readonly RRset[]>).set(apex, [
      ...rrsets,
      { owner: apex, type: DS.code, ttl: ns.ttl, rdatas },
    ]);
    added.push(apex);
  }
  return { names: result, added, served, notes };
}

function foreignNote(apex: DomainName, foreign: readonly Rdata[]): SigningNote {
  const tags = [...new Set(foreign.map((rdata) => readU16(rdata, 0)))].join(', ');
  return {
    rule: 'ds-of-other-key',
    message: `the DS of ${displayName(apex)} with key tag ${tags} is of no key that this zone is signed with here`,
    fix: `remove it: the compiler puts the DS of ${displayName(apex)} there by itself when it is time`,
  };
}
