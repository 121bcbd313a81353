import { wildcardBelow } from '../../encloser.ts';
import type { DomainName } from '../../name.ts';
import { displayName, isAtOrBelow, isWildcard, labelCount, parentName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { typeName } from '../../rdata.ts';
import type { RRset } from '../../rrset.ts';
import { printTime } from '../../timestamp.ts';
import { keyFlags, keyTag, readDnskey } from '../dnskey.ts';
import { algorithmText } from '../ds.ts';
import type { Rrsig } from '../rrsig.ts';
import { readRrsig } from '../rrsig.ts';
import { canVerify, isSignedWith } from '../verify.ts';
import type { Budget } from './budget.ts';
import { MOST_KEYS_OF_A_TAG } from './budget.ts';
import type { SignedRRset } from './signed-rrset.ts';

/** A DNSKEY that may sign a zone. */
export interface SigningKey {
  readonly dnskey: Rdata;
  readonly tag: number;
  readonly algorithm: number;
}

/** What signatures are held against. */
export interface Signers {
  readonly apex: DomainName;
  readonly keys: readonly SigningKey[];
  /** A valid signature of each of these is needed; of one that is known here where there are none. */
  readonly algorithms: readonly number[];
}

/** Whether an RRset is signed as it must be. */
export type SignatureVerdict =
  /** `wildcard`: the owner that was signed, where the RRset is made from it (RFC 4035 section 5.3.2). */
  | { readonly kind: 'valid'; readonly wildcard: DomainName | undefined }
  | { readonly kind: 'invalid'; readonly reason: string };

/** The keys of a DNSKEY RRset that may sign the zone: with its flag, not revoked, of the protocol (RFC 4034 section 2.1). */
export function signingKeys(dnskeys: readonly Rdata[]): SigningKey[] {
  const keys: SigningKey[] = [];
  for (const dnskey of dnskeys) {
    const { flags, protocol, algorithm } = readDnskey(dnskey);
    if ((flags & keyFlags.zone) === 0 || (flags & keyFlags.revoked) !== 0 || protocol !== 3) continue;
    keys.push({ dnskey, tag: keyTag(dnskey), algorithm });
  }
  return keys;
}

/** Verifies the signatures of an RRset at a time, seconds since 1970 (RFC 4035 section 5.3). */
export function verifySignatures(signed: SignedRRset, signers: Signers, now: number, budget: Budget): SignatureVerdict {
  const { rrset, signatures } = signed;
  const what = `the ${typeName(rrset.type)} of ${displayName(rrset.owner)}`;
  if (signatures.length === 0) return { kind: 'invalid', reason: `${what} has no signature` };
  const missing = new Set(signers.algorithms);
  let reason: string | undefined;
  for (const rdata of signatures) {
    const rrsig = readRrsig(rdata);
    const fault =
      signatureFault(rrsig, rrset, signers.apex, now) ?? cryptographicFault(rdata, rrsig, rrset, signers, budget);
    if (fault !== undefined) {
      // That a key is wrong says more than that some signature is of another key.
      if (reason === undefined || isBy(rrsig, signers.keys)) reason = `the signature of ${what} ${fault}`;
      continue;
    }
    missing.delete(rrsig.algorithm);
    if (missing.size === 0) return { kind: 'valid', wildcard: expandedFrom(rrsig, rrset.owner) };
  }
  reason ??= `${what} has no signature of ${[...missing].map(algorithmText).join(' and ')}`;
  return { kind: 'invalid', reason };
}

/** What forbids the use of a signature before any key is tried (RFC 4035 section 5.3.1), as the end of a sentence. */
export function signatureFault(rrsig: Rrsig, { owner }: RRset, apex: DomainName, now: number): string | undefined {
  if (rrsig.signer !== apex) return `is one of ${displayName(rrsig.signer)}, not of ${displayName(apex)}`;
  if (!isAtOrBelow(owner, apex)) return `is by ${displayName(apex)}, to which the name does not belong`;
  const labels = countedLabels(owner);
  if (rrsig.labels > labels) return `counts ${rrsig.labels} labels, and the name has ${labels}`;
  if (rrsig.labels < countedLabels(apex)) return `counts ${rrsig.labels} labels, fewer than the zone has`;
  // Times are modulo 2^32 (RFC 4034 section 3.1.5): the one that is nearest to now is meant.
  if ((rrsig.expiration - now) >> 0 < 0) return `expired on ${printTime(now + ((rrsig.expiration - now) >> 0))}`;
  if ((rrsig.inception - now) >> 0 > 0) return `begins on ${printTime(now + ((rrsig.inception - now) >> 0))}`;
  return undefined;
}

function cryptographicFault(
  rdata: Rdata,
  rrsig: Rrsig,
  rrset: RRset,
  { keys }: Signers,
  budget: Budget,
): string | undefined {
  if (!canVerify(rrsig.algorithm)) return `is of ${algorithmText(rrsig.algorithm)}, which is not known here`;
  const candidates = keys.filter((key) => isBy(rrsig, [key]));
  if (candidates.length === 0) {
    return `is by key tag ${rrsig.tag} of ${algorithmText(rrsig.algorithm)}, which the zone does not have`;
  }
  const data = { ...rrset, owner: expandedFrom(rrsig, rrset.owner) ?? rrset.owner };
  for (const { dnskey } of candidates.slice(0, MOST_KEYS_OF_A_TAG)) {
    if (budget.signatures <= 0 || budget.failures <= 0) return 'is one of too many';
    budget.signatures--;
    if (isSignedWith(data, rdata, dnskey)) return undefined;
    budget.failures--;
  }
  return `by key tag ${rrsig.tag} does not verify`;
}

function isBy({ tag, algorithm }: Rrsig, keys: readonly SigningKey[]): boolean {
  return keys.some((key) => key.tag === tag && key.algorithm === algorithm);
}

/** The wildcard that an owner was made from: the signature counts fewer labels than it has (RFC 4035 section 5.3.2). */
function expandedFrom({ labels }: Rrsig, owner: DomainName): DomainName | undefined {
  let excess = countedLabels(owner) - labels;
  if (excess <= 0) return undefined;
  let encloser = isWildcard(owner) ? (parentName(owner) as DomainName) : owner;
  for (; excess > 0; excess--) encloser = parentName(encloser) as DomainName;
  return wildcardBelow(encloser);
}

/** The labels of an owner as signatures count them: without the asterisk of a wildcard (RFC 4034 section 3.1.3). */
export function countedLabels(owner: DomainName): number {
  return labelCount(owner) - (isWildcard(owner) ? 1 : 0);
}
