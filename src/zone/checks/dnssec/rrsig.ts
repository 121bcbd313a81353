import type { DomainName } from '../../../dns/name.ts';
import { DS } from '../../../dns/types/ds.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { DeclaredRRset } from '../../zone.ts';
import type { Look } from '../check.ts';

/** The RRset of a type at the owner of signatures. */
export function coveredBy(look: Look, owner: DomainName, type: number): DeclaredRRset | undefined {
  return look.zone.names.get(owner)?.find((rrset) => rrset.type === type);
}

/** Whether the document holds the signatures itself. */
export function isPresigned(look: Look): boolean {
  return look.zone.settings.dnssec === 'presigned';
}

/**
 * Whether the RRset of an owner and type is signed where it is there: not glue, nothing below a cut or a DNAME, at a cut
 * the DS and the denial only, and no signatures (RFC 4035 section 2.2).
 */
export function isSigned({ shape }: Look, owner: DomainName, type: number): boolean {
  if (type === RRSIG.code) return false;
  // The denial of a zone whose apex has a DNAME stands below it all the same.
  if (shape.cutAbove(owner) !== undefined || shape.dnameAbove(owner) !== undefined) return type === NSEC3.code;
  return shape.cutAtOrAbove(owner) !== owner || type === DS.code || type === NSEC.code;
}

/** The owners of a zone, each with its RRsets as far as they are signed; of cuts without DS or denial none. */
export function* signedData(look: Look): Generator<readonly [DomainName, readonly DeclaredRRset[]]> {
  for (const [owner, rrsets] of look.zone.names) {
    yield [owner, rrsets.filter(({ type }) => isSigned(look, owner, type))];
  }
}
