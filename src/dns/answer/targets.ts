import type { DomainName } from '../name.ts';
import { isAtOrBelow, ROOT } from '../name.ts';
import { rdataNames } from '../rdata.ts';
import type { RRset } from '../rrset.ts';
import type { Draft } from './draft.ts';
import { put } from './draft.ts';
import type { ServedZone, ZoneSet } from './served-zone.ts';
import { TYPE, zoneOf } from './served-zone.ts';

/** Types whose reader asks for the target's addresses next: NS, MX, AFSDB, SRV, KX, SVCB and HTTPS. */
const leadToAddresses: ReadonlySet<number> = new Set([2, 15, 18, 33, 36, 64, 65]);

/** Adds the addresses of what the answer's RRsets point at, from all zones held (RFC 1034 section 4.3.2 step 6). */
export function addAddresses(zones: ZoneSet, draft: Draft): void {
  const done = new Set<DomainName>();
  for (const rrset of draft.answers) {
    if (!leadToAddresses.has(rrset.type)) continue;
    for (const target of targetsOf(rrset)) {
      if (done.has(target)) continue;
      done.add(target);
      const zone = zoneOf(zones, target);
      if (zone !== undefined) addAddressesOf(zone, target, draft);
    }
  }
}

/**
 * Adds the addresses that the zone holds for the name servers of a cut, and gives how many RRsets of them a referral must
 * not be without: those of servers below the cut, which nobody could find otherwise (RFC 9471 section 3.1). The addresses
 * of other servers in the zone, also below other cuts, come behind them.
 */
export function addGlue(zone: ServedZone, ns: RRset, draft: Draft): number {
  const targets = [...new Set(targetsOf(ns))].filter((target) => isAtOrBelow(target, zone.apex));
  const [below, beside] = [true, false].map((side) => targets.filter((name) => isAtOrBelow(name, ns.owner) === side));
  for (const target of below ?? []) addAddressesOf(zone, target, draft);
  const required = draft.additionals.length;
  for (const target of beside ?? []) addAddressesOf(zone, target, draft);
  return required;
}

function targetsOf(rrset: RRset): DomainName[] {
  const names: DomainName[] = [];
  for (const rdata of rrset.rdatas) {
    // "." as target of SVCB and HTTPS is the owner itself (RFC 9460 section 2.5); elsewhere it is "none", and has no address.
    for (const name of rdataNames(rrset.type, rdata)) names.push(name === ROOT ? rrset.owner : name);
  }
  return names;
}

function addAddressesOf(zone: ServedZone, owner: DomainName, draft: Draft): void {
  const node = zone.owners.get(owner) ?? [];
  for (const rrset of node) {
    if (rrset.type !== TYPE.A && rrset.type !== TYPE.AAAA) continue;
    if (!draft.answers.includes(rrset)) put(draft, draft.additionals, rrset, node);
  }
}
