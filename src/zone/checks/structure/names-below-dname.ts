import { displayName } from '../../../dns/name.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';

/** `old: { DNAME: new.example.net. }`, `www.old: { A: 192.0.2.1 }` */
export const namesBelowDname: Check = {
  id: 'names-below-dname',
  severity: 'error',
  standard: 'RFC 6672 section 2.4',
  reason: 'A DNAME takes the place of the whole tree below it; Knot and NSD refuse a zone that has names there.',
  repair: 'Remove the name, or write it below the target of the DNAME.',
  covers: ['Z12'],
  hard: true,
  owner(owner, rrsets, look) {
    const dname = look.shape.dnameAbove(owner);
    if (dname === undefined) return;
    // The denial of existence of a signed zone whose apex has the DNAME hangs below the apex all the same.
    const rrset = rrsets.find(({ type }) => type !== NSEC3.code && type !== RRSIG.code && type !== NSEC.code);
    if (rrset === undefined) return;
    const above = findRRset(look.zone, dname, DNAME.code);
    look.atOwner(rrset, {
      message: `${displayName(owner)} lies below the DNAME of ${displayName(dname)}`,
      ...(above !== undefined && { related: [{ span: typeSpan(above), message: 'the DNAME' }] }),
    });
  },
};
