import { commonAncestor, wildcardBelow } from '../../encloser.ts';
import { decodeBitmap } from '../../fields/rrtype.ts';
import type { DomainName } from '../../name.ts';
import { canonicalKey, isAtOrBelow, isBelow, parentName, wireNameEnd, wireNameToDomain } from '../../name.ts';
import type { RRset } from '../../rrset.ts';
import { CNAME } from '../../types/cname.ts';
import { DNAME } from '../../types/dname.ts';
import { DS } from '../../types/ds.ts';
import { NS } from '../../types/ns.ts';
import { SOA } from '../../types/soa.ts';
import type { Denial } from './denial.ts';

/** An NSEC, verified to be one of the zone. */
interface Nsec {
  readonly owner: DomainName;
  readonly next: DomainName;
  readonly types: ReadonlySet<number>;
}

/** What the NSEC of a zone prove (RFC 4035 section 5.4, RFC 6840 section 4). They must be verified, none from a wildcard. */
export function nsecDenial(apex: DomainName, rrsets: readonly RRset[]): Denial {
  const nsecs = rrsets.flatMap(({ owner, rdatas }) => rdatas.map((rdata) => readNsec(owner, rdata)));
  const covering = (name: DomainName) => nsecs.find((nsec) => covers(nsec, name, apex));
  const at = (name: DomainName) => nsecs.find(({ owner }) => owner === name);
  /** Whether a name is there that has nothing but names below it. */
  const isEmptyNonTerminal = (name: DomainName) => {
    const nsec = covering(name);
    return nsec !== undefined && isBelow(nsec.next, name);
  };
  /** The closest encloser of a name that is not there; `undefined` where that is not proven. */
  const encloserOf = (name: DomainName): DomainName | undefined => {
    const nsec = covering(name);
    if (nsec === undefined || isBelow(nsec.next, name)) return undefined;
    const before = commonAncestor(name, nsec.owner);
    const after = commonAncestor(name, nsec.next);
    return isBelow(after, before) ? after : before;
  };
  return {
    name(name) {
      const encloser = encloserOf(name);
      if (encloser === undefined) return undefined;
      return encloserOf(wildcardBelow(encloser)) === undefined ? undefined : 'proven';
    },
    type(name, type) {
      const nsec = at(name);
      if (nsec !== undefined) return lacks(nsec.types, type) ? 'proven' : undefined;
      if (isEmptyNonTerminal(name)) return 'proven';
      const encloser = encloserOf(name);
      if (encloser === undefined) return undefined;
      const wildcard = wildcardBelow(encloser);
      const found = at(wildcard);
      const proven = found === undefined ? isEmptyNonTerminal(wildcard) : lacks(found.types, type);
      return proven ? 'proven' : undefined;
    },
    expansion(name, wildcard) {
      return encloserOf(name) === parentName(wildcard) ? 'proven' : undefined;
    },
    delegation(cut) {
      const nsec = at(cut);
      return nsec !== undefined && isInsecureDelegation(nsec.types) ? 'proven' : undefined;
    },
  };
}

/** Whether a bitmap proves that the owner lacks a type: it must be that of the zone that the type belongs to. */
export function lacks(types: ReadonlySet<number>, type: number): boolean {
  if (types.has(type) || types.has(CNAME.code)) return false;
  // The NSEC of a cut speaks for the zone above it, of the DS only; that of an apex for the zone itself (RFC 6840 section 4.1).
  return type === DS.code ? !types.has(SOA.code) : !types.has(NS.code) || types.has(SOA.code);
}

/** Whether a bitmap is that of a cut without DS (RFC 6840 section 4.4). */
export function isInsecureDelegation(types: ReadonlySet<number>): boolean {
  return types.has(NS.code) && !types.has(DS.code) && !types.has(SOA.code);
}

/** Whether names below the owner of a bitmap are not the zone's to deny (RFC 6840 section 4.1). */
export function hidesBelow(types: ReadonlySet<number>): boolean {
  return types.has(DNAME.code) || (types.has(NS.code) && !types.has(SOA.code));
}

function readNsec(owner: DomainName, rdata: string): Nsec {
  const bitmapAt = wireNameEnd(rdata, 0, rdata.length);
  return { owner, next: wireNameToDomain(rdata, 0), types: new Set(decodeBitmap(rdata, bitmapAt, rdata.length)) };
}

function covers({ owner, next, types }: Nsec, name: DomainName, apex: DomainName): boolean {
  if (name === owner || (hidesBelow(types) && isAtOrBelow(name, owner))) return false;
  const key = canonicalKey(name);
  // The last NSEC leads back to the apex.
  return canonicalKey(owner) < key && (next === apex || key < canonicalKey(next));
}
