import type { DomainName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import { readU16 } from '../dns/octets.ts';
import type { RRset } from '../dns/rrset.ts';
import { RRSIG } from '../dns/types/rrsig.ts';

/**
 * The names of a zone that was signed elsewhere, as they are served: a document has one list of signatures a name, a zone
 * has an RRset of them for each type that is signed, with the TTL of what they sign (RFC 4034 section 3). Signatures of
 * nothing keep the TTL of the list.
 */
export function withSignatureSets(
  names: ReadonlyMap<DomainName, readonly RRset[]>,
): ReadonlyMap<DomainName, readonly RRset[]> {
  const result = new Map<DomainName, readonly RRset[]>();
  for (const [owner, rrsets] of names)
    result.set(
      owner,
      rrsets.flatMap((rrset) => signatureSets(rrset, rrsets)),
    );
  return result;
}

function signatureSets(rrset: RRset, node: readonly RRset[]): readonly RRset[] {
  if (rrset.type !== RRSIG.code) return [rrset];
  const byCovered = new Map<number, Rdata[]>();
  for (const rdata of rrset.rdatas) {
    const covered = readU16(rdata, 0);
    const others = byCovered.get(covered);
    if (others === undefined) byCovered.set(covered, [rdata]);
    else others.push(rdata);
  }
  return [...byCovered].map(([covered, rdatas]) => {
    const ttl = node.find(({ type }) => type === covered)?.ttl ?? rrset.ttl;
    return { owner: rrset.owner, type: rrset.type, ttl, rdatas };
  });
}
