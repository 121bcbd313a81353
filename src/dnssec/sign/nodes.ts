import type { DomainName } from '../../dns/name.ts';
import { isBelow } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import { DS } from '../../dns/types/ds.ts';
import { NS } from '../../dns/types/ns.ts';
import { NSEC } from '../../dns/types/nsec.ts';
import { NSEC3 } from '../../dns/types/nsec3.ts';
import { NSEC3PARAM } from '../../dns/types/nsec3param.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SOA } from '../../dns/types/soa.ts';
import { ZONEMD } from '../../dns/types/zonemd.ts';

/**
 * What the zone has to say at a name: everything (`own`), where another zone begins (`cut`), or nothing: the name is below
 * a cut or a DNAME, and is only there as glue or by mistake (`none`).
 */
export type Authority = 'own' | 'cut' | 'none';

/** A name of a zone and its RRsets, in the order of the file. */
export interface Node {
  readonly owner: DomainName;
  readonly authority: Authority;
  readonly rrsets: readonly RRset[];
}

/** The names of a zone in canonical order, from its RRsets in the order of the file; without what only a signer makes. */
export function* nodesOf(apex: DomainName, rrsets: readonly RRset[]): Generator<Node, void> {
  let below: DomainName | undefined;
  for (let i = 0; i < rrsets.length; ) {
    const { owner } = rrsets[i] as RRset;
    const first = i;
    let made = false;
    let delegated = false;
    let renamed = false;
    for (; i < rrsets.length && (rrsets[i] as RRset).owner === owner; i++) {
      const { type } = rrsets[i] as RRset;
      if (type === NS.code) delegated = owner !== apex;
      else if (type === DNAME.code) renamed = true;
      else if (isMadeBySigner(type, owner === apex)) made = true;
    }
    let ofOwner: readonly RRset[] = rrsets.slice(first, i);
    if (made) ofOwner = ofOwner.filter(({ type }) => !isMadeBySigner(type, owner === apex));
    if (ofOwner.length === 0) continue;
    if (below !== undefined && isBelow(owner, below)) {
      yield { owner, authority: 'none', rrsets: ofOwner };
    } else {
      below = delegated || renamed ? owner : undefined;
      yield { owner, authority: delegated ? 'cut' : 'own', rrsets: ofOwner };
    }
  }
}

function isMadeBySigner(type: number, atApex: boolean): boolean {
  if (type === RRSIG.code || type === NSEC.code || type === NSEC3.code) return true;
  return atApex && (type === DNSKEY.code || type === NSEC3PARAM.code || type === ZONEMD.code);
}

/** Whether an RRset is signed: where another zone begins, only what this zone itself says of it (RFC 4035 section 2.2). */
export function isSigned(authority: Authority, type: number): boolean {
  // The hash of a name can be the first label of another one, which may be anywhere in the zone.
  if (type === NSEC3.code) return true;
  if (authority === 'cut') return type === DS.code || type === NSEC.code;
  return authority === 'own';
}

/** The RRsets of one name with one more in its place in the file: SOA, NS, then the others by their codes. */
export function withRRset(rrsets: readonly RRset[], added: RRset): RRset[] {
  const at = rrsets.findIndex(({ type }) => rank(type) > rank(added.type));
  return at < 0 ? [...rrsets, added] : rrsets.toSpliced(at, 0, added);
}

function rank(type: number): number {
  return type === SOA.code ? 0 : type === NS.code ? 1 : type + 2;
}
