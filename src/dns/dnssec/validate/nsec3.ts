import { nextCloser, wildcardBelow } from '../../encloser.ts';
import { decodeBitmap } from '../../fields/rrtype.ts';
import type { DomainName } from '../../name.ts';
import { firstLabel, parentName } from '../../name.ts';
import { readU16 } from '../../octets.ts';
import type { RRset } from '../../rrset.ts';
import { nsec3Hash, nsec3Label } from '../nsec3.ts';
import type { Budget } from './budget.ts';
import { MOST_NSEC3_ITERATIONS } from './budget.ts';
import type { Denial, Proof } from './denial.ts';
import { hidesBelow, isInsecureDelegation, lacks } from './nsec.ts';

/** An NSEC3, verified to be one of the zone. Hashes are spelt as in owners: they sort as the hashes do. */
interface Nsec3 {
  readonly hash: string;
  readonly next: string;
  readonly optOut: boolean;
  readonly types: ReadonlySet<number>;
}

/**
 * What the NSEC3 of a zone prove (RFC 5155 section 8). They must be verified, none from a wildcard. Those with flags or a
 * hash algorithm not known, and with parameters other than the first has, prove nothing (RFC 5155 section 8.1, 8.2).
 * `'too many iterations'` where following them is not worth it: the zone counts as insecure.
 */
export function nsec3Denial(
  apex: DomainName,
  rrsets: readonly RRset[],
  budget: Budget,
): Denial | 'too many iterations' {
  const links = new Map<string, Nsec3>();
  let params: string | undefined;
  for (const { owner, rdatas } of rrsets) {
    if (parentName(owner) !== apex) continue;
    for (const rdata of rdatas) {
      if (rdata.charCodeAt(0) !== 1 || rdata.charCodeAt(1) > 1) continue;
      const nextAt = 5 + rdata.charCodeAt(4);
      params ??= rdata.slice(2, nextAt);
      if (params === rdata.slice(2, nextAt)) links.set(firstLabel(owner), readNsec3(owner, rdata, nextAt));
    }
  }
  if (params === undefined) return nothing;
  const iterations = readU16(params, 0);
  if (iterations > MOST_NSEC3_ITERATIONS) return 'too many iterations';
  return denialOf(apex, links, hasher(iterations, params.slice(3), budget));
}

type HashOf = (name: DomainName) => string | undefined;

/** The hash of names; `undefined` when the budget is used up. */
function hasher(iterations: number, salt: string, budget: Budget): HashOf {
  const known = new Map<DomainName, string>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    budget.hashes -= iterations + 1;
    if (budget.hashes < 0) return undefined;
    const hash = nsec3Label(nsec3Hash(name, iterations, salt));
    known.set(name, hash);
    return hash;
  };
}

function denialOf(apex: DomainName, links: ReadonlyMap<string, Nsec3>, hashOf: HashOf): Denial {
  const at = (name: DomainName) => links.get(hashOf(name) ?? '');
  const covering = (name: DomainName) => {
    const hash = hashOf(name);
    if (hash === undefined) return undefined;
    for (const link of links.values()) if (covers(link, hash)) return link;
    return undefined;
  };
  /** The closest encloser of a name that is not there, and the NSEC3 that denies what is one label longer (section 8.3). */
  const encloserOf = (name: DomainName): { encloser: DomainName; optOut: boolean } | undefined => {
    for (let encloser = name; encloser !== apex; ) {
      const closer = encloser;
      encloser = parentName(encloser) as DomainName;
      const link = at(encloser);
      if (link === undefined) continue;
      const denying = hidesBelow(link.types) ? undefined : covering(closer);
      return denying === undefined ? undefined : { encloser, optOut: denying.optOut };
    }
    return undefined;
  };
  const proof = (optOut: boolean): Proof => (optOut ? 'opt-out' : 'proven');
  return {
    name(name) {
      if (at(name) !== undefined) return undefined;
      const found = encloserOf(name);
      if (found === undefined || covering(wildcardBelow(found.encloser)) === undefined) return undefined;
      return proof(found.optOut);
    },
    type(name, type) {
      const link = at(name);
      if (link !== undefined) return lacks(link.types, type) ? 'proven' : undefined;
      const found = encloserOf(name);
      if (found === undefined) return undefined;
      const wildcard = at(wildcardBelow(found.encloser));
      if (wildcard !== undefined) return lacks(wildcard.types, type) ? proof(found.optOut) : undefined;
      // The name may be a delegation without DS, or have nothing but such below it (RFC 5155 section 8.6).
      return found.optOut ? 'opt-out' : undefined;
    },
    expansion(name, wildcard) {
      const encloser = parentName(wildcard) as DomainName;
      const denying = covering(nextCloser(name, encloser));
      return denying === undefined ? undefined : proof(denying.optOut);
    },
    delegation(cut) {
      const link = at(cut);
      if (link !== undefined) return isInsecureDelegation(link.types) ? 'proven' : undefined;
      return encloserOf(cut)?.optOut === true ? 'opt-out' : undefined;
    },
  };
}

const nothing: Denial = {
  name: () => undefined,
  type: () => undefined,
  expansion: () => undefined,
  delegation: () => undefined,
};

function readNsec3(owner: DomainName, rdata: string, nextAt: number): Nsec3 {
  const bitmapAt = nextAt + 1 + rdata.charCodeAt(nextAt);
  return {
    hash: firstLabel(owner),
    next: nsec3Label(rdata.slice(nextAt + 1, bitmapAt)),
    optOut: (rdata.charCodeAt(1) & 1) !== 0,
    types: new Set(decodeBitmap(rdata, bitmapAt, rdata.length)),
  };
}

/** The last NSEC3 leads back to the first; one that stands alone leads to itself. */
function covers({ hash, next }: Nsec3, name: string): boolean {
  return hash < next ? hash < name && name < next : name > hash || name < next;
}
