import type { DomainName } from '../../name.ts';
import { canonicalKey, displayName, wireNameEnd, wireNameToDomain } from '../../name.ts';
import { NSEC } from '../../types/nsec.ts';
import { NSEC3 } from '../../types/nsec3.ts';
import { bitmapFault } from './bitmap.ts';
import type { ZoneFault } from './fault.ts';
import type { SignedZone } from './signed-zone.ts';
import { rrsetAt, signedData, typesAt } from './signed-zone.ts';

/**
 * What is wrong with the NSEC of a zone (RFC 4034 section 4, RFC 4035 section 2.3): gaps, wrong next names, wrong types.
 * Nothing is said about a zone that has NSEC3 and no NSEC.
 */
export function nsecChainFaults(zone: SignedZone): ZoneFault[] {
  const chain = [...signedData(zone)]
    .filter(([owner, rrsets]) => rrsets.length > 0 || isLowestCut(zone, owner))
    .map(([owner]) => owner);
  if (!chain.some((owner) => rrsetAt(zone, owner, NSEC.code) !== undefined)) {
    if (hasNsec3(zone)) return [];
    const message = `${displayName(zone.apex)} is signed and has neither NSEC nor NSEC3`;
    return [{ owner: zone.apex, type: undefined, index: undefined, message }];
  }
  const sorted = inOrder(chain);
  return sorted.flatMap((owner, at) => faultsAt(zone, owner, sorted[(at + 1) % sorted.length] as DomainName));
}

/** Whether a delegation begins here that no other one hides: it has an NSEC whether or not anything there is signed. */
function isLowestCut({ cuts }: SignedZone, owner: DomainName): boolean {
  return (
    cuts.cutAtOrAbove(owner) === owner && cuts.cutAbove(owner) === undefined && cuts.dnameAbove(owner) === undefined
  );
}

function faultsAt(zone: SignedZone, owner: DomainName, next: DomainName): ZoneFault[] {
  const name = displayName(owner);
  const nsec = rrsetAt(zone, owner, NSEC.code);
  if (nsec === undefined) return [{ owner, type: undefined, index: undefined, message: `${name} has no NSEC` }];
  const faults: ZoneFault[] = [];
  for (const [index, rdata] of nsec.rdatas.entries()) {
    const found = wireNameToDomain(rdata, 0);
    if (found !== next) {
      const message = `the NSEC of ${name} goes on with ${displayName(found)} instead of ${displayName(next)}`;
      faults.push({ owner, type: NSEC.code, index, message });
    }
    const fault = bitmapFault(rdata, wireNameEnd(rdata, 0, rdata.length), typesAt(zone, owner));
    if (fault !== undefined) faults.push({ owner, type: NSEC.code, index, message: `the NSEC of ${name} ${fault}` });
  }
  return faults;
}

/** Whether a zone has NSEC3 anywhere. */
export function hasNsec3({ names }: SignedZone): boolean {
  for (const rrsets of names.values()) if (rrsets.some(({ type }) => type === NSEC3.code)) return true;
  return false;
}

/** Names in canonical order (RFC 4034 section 6.1). */
function inOrder(names: readonly DomainName[]): DomainName[] {
  const keyed = names.map((name) => ({ name, key: canonicalKey(name) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
}
