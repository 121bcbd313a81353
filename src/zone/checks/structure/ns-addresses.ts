import { printIpv4, printIpv6 } from '../../../dns/fields/address.ts';
import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import type { Look } from '../check.ts';
import { hasAddress, knownTargets } from '../known.ts';
import { targetsOf } from '../targets.ts';

/**
 * The RRsets of each name server of an NS RRset, in the order of `rdatas`: those of the zone that answers for it, or the glue
 * of this zone. `undefined` for one whose addresses the repository does not have.
 */
export function serversOf(look: Look, ns: RRset): readonly (readonly RRset[] | undefined)[] {
  if (ns === lastNs && look === lastLook) return lastServers;
  const servers: (readonly RRset[] | undefined)[] = [];
  const targets = targetsOf(ns);
  const known = knownTargets(look, ns);
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i] as DomainName;
    const answered = known[i]?.rrsets;
    const rrsets = answered ?? (isAtOrBelow(target, look.zone.apex) ? look.zone.names.get(target) : undefined);
    servers.push(rrsets !== undefined && hasAddress(rrsets) ? rrsets : undefined);
  }
  lastLook = look;
  lastNs = ns;
  lastServers = servers;
  return servers;
}

let lastLook: Look | undefined;
let lastNs: RRset | undefined;
let lastServers: readonly (readonly RRset[] | undefined)[] = [];

/** Whether an RRset holds addresses. */
export function isAddress(rrset: RRset): boolean {
  return rrset.type === A.code || rrset.type === AAAA.code;
}

/** The text of an address given as the rdata of an A or AAAA. */
export function addressText(rdata: string): string {
  return rdata.length === 4 ? printIpv4(rdata, 0) : printIpv6(rdata, 0);
}
