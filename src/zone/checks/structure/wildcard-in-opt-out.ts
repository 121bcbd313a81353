import { displayName, isWildcard } from '../../../dns/name.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import { type DeclaredRRset, findRRset, type Zone } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';

/** `"*.apps": { A: 192.0.2.1 }` in a presigned zone whose NSEC3 have the opt-out flag */
export const wildcardInOptOut: Check = {
  id: 'wildcard-in-opt-out',
  severity: 'warning',
  standard: 'RFC 5155 section 12.2',
  reason: 'Where NSEC3 leaves names out, an answer made from a wildcard cannot be told from a forged one.',
  repair: 'Sign the zone without opt-out, or write the names out.',
  covers: ['Z31'],
  zone(look) {
    const { zone } = look;
    if (findRRset(zone, zone.apex, NSEC3PARAM.code) === undefined) return;
    const optOut = firstOptOut(zone);
    if (optOut === undefined) return;
    for (const [owner, rrsets] of zone.names) {
      const rrset = rrsets[0];
      if (!isWildcard(owner) || rrset === undefined) continue;
      look.atOwner(rrset, {
        message: `${displayName(owner)} is a wildcard in a zone whose NSEC3 have the opt-out flag`,
        related: [{ span: typeSpan(optOut), message: 'an NSEC3 with the flag' }],
      });
    }
  },
};

function firstOptOut(zone: Zone): DeclaredRRset | undefined {
  for (const rrsets of zone.names.values()) {
    for (const rrset of rrsets) {
      if (rrset.type === NSEC3.code && rrset.rdatas.some((rdata) => (rdata.charCodeAt(1) & 1) !== 0)) return rrset;
    }
  }
  return undefined;
}
