import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { DeclaredRRset, Zone } from '../../zone.ts';

/** Whether the owner of an RRset of this type is a host, and so has a host's name (RFC 1123 section 2.1). */
export function ownsHost(type: number): boolean {
  return type === A.code || type === AAAA.code || type === MX.code;
}

/** Whether an RRset is the first by which its owner is a host: what is wrong with the name is said there, once. */
export function isFirstOfHost(zone: Zone, rrset: DeclaredRRset): boolean {
  return zone.names.get(rrset.owner)?.find(({ type }) => ownsHost(type)) === rrset;
}
