import type { DomainName } from '../../dns/name.ts';
import { ROOT, wireNameToDomain } from '../../dns/name.ts';
import { rdataNames } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { CNAME } from '../../dns/types/cname.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { MX } from '../../dns/types/mx.ts';
import { NS } from '../../dns/types/ns.ts';
import { PTR } from '../../dns/types/ptr.ts';
import { SRV } from '../../dns/types/srv.ts';

/** Where the only name of the rdata begins, for the types that most zones are made of. */
const nameAt = new Map<number, number>([
  [NS.code, 0],
  [CNAME.code, 0],
  [DNAME.code, 0],
  [PTR.code, 0],
  [MX.code, 2],
  [SRV.code, 6],
]);

let lastRRset: RRset | undefined;
let lastTargets: readonly DomainName[] = [];

/**
 * The name that each rdata of an RRset points to, in the order of `rdatas`: the host of NS, MX and SRV, the name of CNAME,
 * DNAME and PTR; for other types the first name in the rdata, the root where there is none.
 *
 * Several checks look at the same RRset one after the other, so what the last one asked about is kept.
 */
export function targetsOf(rrset: RRset): readonly DomainName[] {
  if (rrset === lastRRset) return lastTargets;
  const at = nameAt.get(rrset.type);
  const targets: DomainName[] = [];
  for (const rdata of rrset.rdatas) {
    targets.push(at === undefined ? (rdataNames(rrset.type, rdata)[0] ?? ROOT) : wireNameToDomain(rdata, at));
  }
  lastRRset = rrset;
  lastTargets = targets;
  return targets;
}
