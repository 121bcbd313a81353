import type { DomainName } from '../../../dns/name.ts';
import { canonicalKey, displayName, wireNameEnd, wireNameToDomain } from '../../../dns/name.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { findRRset } from '../../zone.ts';
import type { Check, Look } from '../check.ts';
import { apexSpan } from '../place.ts';
import { bitmapFault, typesAt } from './bitmap.ts';
import { isPresigned, signedData } from './rrsig.ts';

/** `www: { NSEC: zzz.example.com. A RRSIG NSEC }` where the next name is another */
export const nsecChain: Check = {
  id: 'nsec-chain',
  severity: 'error',
  standard: 'RFC 4034 section 4, RFC 4035 section 2.3',
  reason: 'The NSEC prove what does not exist; a gap lets answers fail, a wrong one denies what is there.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K15'],
  zone(look) {
    if (!isPresigned(look)) return;
    const { zone } = look;
    const chain = [...signedData(look)]
      .filter(([owner, rrsets]) => rrsets.length > 0 || isLowestCut(look, owner))
      .map(([owner]) => owner);
    if (!chain.some((owner) => findRRset(zone, owner, NSEC.code) !== undefined)) {
      if (!hasNsec3(look)) {
        const message = `${displayName(zone.apex)} is signed and has neither NSEC nor NSEC3`;
        look.atSpan(apexSpan(zone), { message }, { owner: zone.apex });
      }
      return;
    }
    const sorted = inOrder(chain);
    for (const [at, owner] of sorted.entries()) {
      judge(look, owner, sorted[(at + 1) % sorted.length] as DomainName);
    }
  },
};

/** Whether a delegation begins here that no other one hides: it has an NSEC whether or not anything there is signed. */
function isLowestCut({ shape }: Look, owner: DomainName): boolean {
  return (
    shape.cutAtOrAbove(owner) === owner && shape.cutAbove(owner) === undefined && shape.dnameAbove(owner) === undefined
  );
}

function judge(look: Look, owner: DomainName, next: DomainName): void {
  const rrsets = look.zone.names.get(owner) ?? [];
  const nsec = rrsets.find(({ type }) => type === NSEC.code);
  if (nsec === undefined) {
    const first = rrsets[0];
    if (first !== undefined) look.atOwner(first, { message: `${displayName(owner)} has no NSEC` });
    return;
  }
  for (const [i, rdata] of nsec.rdatas.entries()) {
    const found = wireNameToDomain(rdata, 0);
    if (found !== next) {
      look.at(nsec, i, {
        message: `the NSEC of ${displayName(owner)} goes on with ${displayName(found)} instead of ${displayName(next)}`,
      });
    }
    const fault = bitmapFault(rdata, wireNameEnd(rdata, 0, rdata.length), typesAt(look, owner));
    if (fault !== undefined) look.at(nsec, i, { message: `the NSEC of ${displayName(owner)} ${fault}` });
  }
}

function hasNsec3(look: Look): boolean {
  for (const rrsets of look.zone.names.values()) if (rrsets.some(({ type }) => type === NSEC3.code)) return true;
  return false;
}

/** Names in canonical order (RFC 4034 section 6.1). */
function inOrder(names: readonly DomainName[]): DomainName[] {
  const keyed = names.map((name) => ({ name, key: canonicalKey(name) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
}
