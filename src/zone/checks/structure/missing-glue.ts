import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Zone } from '../../zone.ts';
import type { Check, Look } from '../check.ts';
import { hasAddress, ofType } from '../known.ts';
import { addressIn } from '../names/address-like.ts';
import { targetsOf } from '../targets.ts';
import { standInsOf } from './stand-ins.ts';

/** `sub: { NS: [ns1.sub, ns2.example.net.] }` and no `ns1.sub` */
export const missingGlue: Check = {
  id: 'missing-glue',
  severity: 'error',
  standard: 'RFC 1034 section 4.2.1, RFC 9471 section 2',
  reason: 'A name server whose address can only come from this zone cannot be reached if the zone does not have it.',
  repair: 'Add A and AAAA for the name server, or correct its name.',
  covers: ['Z16'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      const { apex } = look.zone;
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        if (!isAtOrBelow(target, apex) || hasAddressHere(look, target)) continue;
        // An address written as a name, and a name server below a DNAME, are found by checks of their own.
        if (addressIn(target, apex) !== undefined || look.shape.dnameAbove(target) !== undefined) continue;
        const strict = rrset.owner === apex || isAtOrBelow(target, rrset.owner);
        look.at(rrset, i, {
          message: `the name server ${displayName(target)} of ${displayName(rrset.owner)} has no address in this zone`,
          ...(!strict && { severity: 'warning' }),
        });
      }
    },
  },
};

/** Whether the zone has an address for a name of its own, as data, as glue or by a wildcard; a CNAME has another check. */
function hasAddressHere(look: Look, name: DomainName): boolean {
  const { zone, shape } = look;
  if (leadsToAddress(zone, name) || zone.unreadable?.has(name) === true) return true;
  const wildcard = shape.cutAtOrAbove(name) === undefined ? shape.wildcardFor(name) : undefined;
  return wildcard !== undefined && leadsToAddress(zone, wildcard);
}

function leadsToAddress(zone: Zone, owner: DomainName): boolean {
  const rrsets = zone.names.get(owner);
  if (rrsets === undefined) return standInsOf(zone).has(owner);
  return hasAddress(rrsets) || ofType(rrsets, CNAME.code) !== undefined || standInsOf(zone).has(owner);
}
