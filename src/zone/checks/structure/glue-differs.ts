import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { findRRset } from '../../zone.ts';
import type { Check, Look } from '../check.ts';
import { ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';
import { listed } from '../wording.ts';
import { delegationOf } from './delegation.ts';
import { addressText } from './ns-addresses.ts';

/** `ns1.sub: { A: 192.0.2.1 }` above, and `ns1: { A: 192.0.2.2 }` in `sub` */
export const glueDiffers: Check = {
  id: 'glue-differs',
  severity: 'warning',
  standard: 'RFC 1034 section 4.2.2',
  reason: 'Glue is a copy of the address in the delegated zone; a stale copy sends resolvers to the wrong machine.',
  repair: 'Write the same addresses in both zones.',
  covers: ['Z27'],
  zone(look) {
    const delegation = delegationOf(look);
    if (delegation?.ns === undefined) return;
    for (const host of targetsOf(delegation.ns)) {
      if (isAtOrBelow(host, look.zone.apex)) compareAddresses(look, delegation.parent, host);
    }
  },
};

function compareAddresses(look: Look, parent: DomainName, host: DomainName): void {
  for (const { code } of [A, AAAA]) {
    const own = findRRset(look.zone, host, code);
    const glue = ofType(look.estate.rrsetsAt(parent, host), code);
    // Missing glue is the parent's fault, a missing host this zone's; both are found elsewhere.
    if (own === undefined || glue === undefined) continue;
    const addresses = (rdatas: readonly string[]): string => listed([...rdatas].sort().map(addressText));
    const [here, above] = [addresses(own.rdatas), addresses(glue.rdatas)];
    if (here === above) continue;
    look.at(own, undefined, {
      message: `${typeName(code)} of the name server ${displayName(host)} is ${here} here and ${above} in ${displayName(parent)}`,
    });
  }
}
