import { printIpv4, printIpv6 } from '../../../dns/fields/address.ts';
import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import type { Look } from '../check.ts';
import { hasAddress, knownTargets } from '../known.ts';
import { oncePer } from '../once.ts';
import { targetsOf } from '../targets.ts';

/** The name servers of the NS RRset that was last asked about. */
interface LastServers {
  ns: RRset | undefined;
  servers: readonly (readonly RRset[] | undefined)[];
}

const lastOf = oncePer((_look: Look): LastServers => ({ ns: undefined, servers: [] }));

/**
 * The RRsets of each name server of an NS RRset, in the order of `rdatas`: those of the zone that answers for it, or the glue
 * of this zone. `undefined` for one whose addresses the repository does not have.
 */
export function serversOf(look: Look, ns: RRset): readonly (readonly RRset[] | undefined)[] {
  const last = lastOf(look);
  if (ns === last.ns) return last.servers;
  const servers: (readonly RRset[] | undefined)[] = [];
  const targets = targetsOf(ns);
  const known = knownTargets(look, ns);
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i] as DomainName;
    const answered = known[i]?.rrsets;
    const rrsets = answered ?? (isAtOrBelow(target, look.zone.apex) ? look.zone.names.get(target) : undefined);
    servers.push(rrsets !== undefined && hasAddress(rrsets) ? rrsets : undefined);
  }
  last.ns = ns;
  last.servers = servers;
  return servers;
}

/** Whether an RRset holds addresses. */
export function isAddress(rrset: RRset): boolean {
  return rrset.type === A.code || rrset.type === AAAA.code;
}

/** The text of an address given as the rdata of an A or AAAA. */
export function addressText(rdata: string): string {
  return rdata.length === 4 ? printIpv4(rdata, 0) : printIpv6(rdata, 0);
}
