import type { ZoneFault } from '../../../dns/dnssec/zone/fault.ts';
import type { SignedZone } from '../../../dns/dnssec/zone/signed-zone.ts';
import type { DomainName } from '../../../dns/name.ts';
import type { DeclaredRRset } from '../../zone.ts';
import type { Look } from '../check.ts';
import { apexSpan } from '../place.ts';

/** The RRset of a type at the owner of signatures. */
export function coveredBy(look: Look, owner: DomainName, type: number): DeclaredRRset | undefined {
  return look.zone.names.get(owner)?.find((rrset) => rrset.type === type);
}

/** Whether the document holds the signatures itself. */
export function isPresigned(look: Look): boolean {
  return look.zone.settings.dnssec === 'presigned';
}

/** The zone as a signed one. */
export function signedZoneOf({ zone, shape }: Look): SignedZone<DeclaredRRset> {
  return { apex: zone.apex, names: zone.names, cuts: shape };
}

/** Reports what is wrong with a signed zone: at the value, at the owner that lacks something, or at the document. */
export function reportFaults(look: Look, faults: readonly ZoneFault[]): void {
  for (const { owner, type, index, message } of faults) {
    const rrset = type === undefined ? undefined : coveredBy(look, owner, type);
    if (rrset !== undefined) {
      look.at(rrset, index, { message });
      continue;
    }
    const first = look.zone.names.get(owner)?.[0];
    if (first === undefined || owner === look.zone.apex) look.atSpan(apexSpan(look.zone), { message }, { owner });
    else look.atOwner(first, { message });
  }
}
