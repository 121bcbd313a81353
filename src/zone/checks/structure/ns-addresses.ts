import { printIpv4, printIpv6 } from '../../../dns/fields/address.ts';
import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import type { Look } from '../check.ts';
import { hasAddress, knownAbout } from '../known.ts';

/**
 * The address RRsets of a name server, as far as the repository has them: those of the zone that answers for it, or the
 * glue of this zone. `undefined` where they are not known here.
 */
export function addressesOf(look: Look, host: DomainName): readonly RRset[] | undefined {
  const { zone } = look;
  const known = knownAbout(look, host)?.rrsets ?? (isAtOrBelow(host, zone.apex) ? zone.names.get(host) : undefined);
  if (known === undefined || !hasAddress(known)) return undefined;
  return known.filter((rrset) => rrset.type === A.code || rrset.type === AAAA.code);
}

/** The text of an address given as the rdata of an A or AAAA. */
export function addressText(rdata: string): string {
  return rdata.length === 4 ? printIpv4(rdata, 0) : printIpv6(rdata, 0);
}
