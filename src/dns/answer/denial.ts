import { nextCloser, wildcardBelow } from '../encloser.ts';
import type { DomainName } from '../name.ts';
import { parentName } from '../name.ts';
import type { DenialChain } from './chain.ts';
import { chainOf, matching, matchingOrCovering } from './chain.ts';
import type { Draft } from './draft.ts';
import { put } from './draft.ts';
import type { ServedZone } from './served-zone.ts';
import { rrsetOf, TYPE } from './served-zone.ts';

/**
 * States that a name does not exist: the SOA in the authority section, with the TTL of negative answers (RFC 2308
 * section 2), and the proof that neither the name nor a wildcard for it is there (RFC 4035 section 3.1.3.2, RFC 5155
 * section 7.2.2).
 */
export function denyName(draft: Draft, zone: ServedZone, name: DomainName, closestEncloser: DomainName): void {
  putSoa(draft, zone);
  const chain = chainFor(draft, zone);
  if (chain === undefined) return;
  if (chain.type === TYPE.NSEC) {
    putLink(draft, zone, chain, matchingOrCovering(chain, name));
    putLink(draft, zone, chain, matchingOrCovering(chain, wildcardBelow(closestEncloser)));
    return;
  }
  const proven = putClosestEncloser(draft, zone, chain, name, closestEncloser);
  if (proven !== undefined) putLink(draft, zone, chain, matchingOrCovering(chain, wildcardBelow(proven)));
}

/**
 * States that a name exists without the type that was asked for (RFC 4035 section 3.1.3.1, RFC 5155 section 7.2.3 and
 * 7.2.4).
 */
export function denyType(draft: Draft, zone: ServedZone, name: DomainName): void {
  putSoa(draft, zone);
  proveLack(draft, zone, name);
}

/**
 * States that a name does not exist and the wildcard for it, which does, lacks the type (RFC 4035 section 3.1.3.4, RFC 5155
 * section 7.2.5).
 */
export function denyWildcardType(draft: Draft, zone: ServedZone, name: DomainName, wildcard: DomainName): void {
  putSoa(draft, zone);
  const chain = chainFor(draft, zone);
  if (chain === undefined) return;
  if (chain.type === TYPE.NSEC) putLink(draft, zone, chain, matchingOrCovering(chain, name));
  else putClosestEncloser(draft, zone, chain, name, parentName(wildcard) as DomainName);
  putLink(draft, zone, chain, matchingOrCovering(chain, wildcard));
}

/**
 * Proves that a name for which a wildcard was answered does not exist itself (RFC 4035 section 3.1.3.3, RFC 5155
 * section 7.2.6).
 */
export function proveExpansion(draft: Draft, zone: ServedZone, name: DomainName, wildcard: DomainName): void {
  const chain = chainFor(draft, zone);
  if (chain === undefined) return;
  const denied = chain.type === TYPE.NSEC ? name : nextCloser(name, parentName(wildcard) as DomainName);
  putLink(draft, zone, chain, matchingOrCovering(chain, denied));
}

/**
 * Proves that a name that exists lacks a type, such as a delegation the DS (RFC 4035 section 3.1.4, RFC 5155 section 7.2.7).
 * With opt-out a name may stand outside the chain: then what is proven is that such a name may be there.
 */
export function proveLack(draft: Draft, zone: ServedZone, name: DomainName): void {
  const chain = chainFor(draft, zone);
  if (chain === undefined) return;
  const owner = chain.type === TYPE.NSEC ? matchingOrCovering(chain, name) : matching(chain, name);
  if (owner !== undefined) putLink(draft, zone, chain, owner);
  else if (name !== zone.apex) putClosestEncloser(draft, zone, chain, name, parentName(name) as DomainName);
}

/**
 * Proves how much of a name exists (RFC 5155 section 7.2.1): the longest ancestor in the chain from `encloser` on, and
 * that what is one label longer is not in the chain. Gives the ancestor; `undefined` where the chain lacks even the apex.
 */
function putClosestEncloser(
  draft: Draft,
  zone: ServedZone,
  chain: DenialChain,
  name: DomainName,
  encloser: DomainName,
): DomainName | undefined {
  for (let at: DomainName | undefined = encloser; at !== undefined; at = parentName(at)) {
    const owner = matching(chain, at);
    if (owner !== undefined) {
      putLink(draft, zone, chain, owner);
      putLink(draft, zone, chain, matchingOrCovering(chain, nextCloser(name, at)));
      return at;
    }
    if (at === zone.apex) return undefined;
  }
  return undefined;
}

function chainFor(draft: Draft, zone: ServedZone): DenialChain | undefined {
  return draft.dnssecOk ? chainOf(zone) : undefined;
}

function putSoa(draft: Draft, zone: ServedZone): void {
  put(draft, draft.authorities, zone.negativeSoa, zone.owners.get(zone.apex) ?? []);
}

/** Puts an NSEC or NSEC3 into the authority section unless it is there: one often proves several things. */
function putLink(draft: Draft, zone: ServedZone, chain: DenialChain, owner: DomainName): void {
  const node = zone.owners.get(owner) ?? [];
  const rrset = rrsetOf(node, chain.type);
  if (rrset !== undefined && !draft.authorities.includes(rrset)) put(draft, draft.authorities, rrset, node);
}
