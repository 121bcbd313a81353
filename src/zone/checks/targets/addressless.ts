import type { DomainName } from '../../../dns/name.ts';
import { isWildcard, parentName } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import type { Look } from '../check.ts';
import type { Known } from '../known.ts';
import { hasAddress, ofType } from '../known.ts';
import { addressIn } from '../names/address-like.ts';
import { standInsOf } from '../structure/stand-ins.ts';

/**
 * Whether a host certainly has no address: a zone of the repository answers for it and has none, nor an alias that could
 * lead to one. Where that is another zone only a name that does not exist is certain, since its `ALIAS` is not seen from
 * here.
 */
export function isAddressless(look: Look, host: DomainName, known: Known | undefined): known is Known {
  if (known === undefined || addressIn(host, look.zone.apex) !== undefined) return false;
  if (hasAddress(known.rrsets) || ofType(known.rrsets, CNAME.code) !== undefined) return false;
  if (known.apex !== look.zone.apex) return !known.exists && !isBelowDname(look, host, known.apex);
  const { zone, shape } = look;
  if (shape.dnameAbove(host) !== undefined) return false;
  const answering = zone.names.has(host) ? host : (shape.wildcardFor(host) ?? host);
  return !standInsOf(zone).has(answering) && zone.unreadable?.has(answering) !== true;
}

function isBelowDname(look: Look, name: DomainName, apex: DomainName): boolean {
  for (let above = parentName(name); above !== undefined; above = parentName(above)) {
    const rrsets: readonly RRset[] = look.estate.rrsetsAt(apex, above);
    if (ofType(rrsets, DNAME.code) !== undefined) return true;
    if (above === apex) return false;
  }
  return false;
}

/** What is missing at a host without address, as messages say it. */
export function withoutAddress(host: DomainName, known: Known): string {
  if (!known.exists) return 'does not exist';
  return isWildcard(host) ? 'is a wildcard without address' : 'has no address';
}
