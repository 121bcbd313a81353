import { keyFlags } from '../dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../dns/dnssec/policy.ts';
import type { DomainName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';

/** What a key signs: everything, the DNSKEY RRset only, or everything else (RFC 6781 section 3.1). */
export type KeyRole = 'csk' | 'ksk' | 'zsk';

/** A key's algorithm and key tag, `13-02345`: no two keys of a zone have the same. */
export type KeyId = string & { readonly __brand: 'KeyId' };

/** A key of a zone, without its private half. */
export interface ZoneKey {
  readonly id: KeyId;
  readonly zone: DomainName;
  readonly role: KeyRole;
  readonly algorithm: SigningAlgorithm;
  readonly tag: number;
  /** Its DNSKEY. */
  readonly dnskey: Rdata;
  /** Seconds since 1970. */
  readonly created: number;
  /** Whether it is to be used, or to go as soon as nothing hangs on it any more. */
  readonly goal: 'use' | 'retire';
  /** When its use is to end, seconds since 1970, as the files said from which it was imported. */
  readonly until?: number;
}

/** The id of a key. */
export function keyId(algorithm: number, tag: number): KeyId {
  return `${String(algorithm).padStart(2, '0')}-${String(tag).padStart(5, '0')}` as KeyId;
}

/** The flags of the DNSKEY of a key (RFC 4034 section 2.1.1): a DS points at those with the SEP bit. */
export function flagsOf(role: KeyRole): number {
  return role === 'zsk' ? keyFlags.zone : keyFlags.zone | keyFlags.sep;
}

/** Whether a key signs the DNSKEY RRset, and so has a DS at the parent. */
export function isEntry({ role }: Pick<ZoneKey, 'role'>): boolean {
  return role !== 'zsk';
}

/** Whether a key signs everything but the DNSKEY RRset. */
export function signsZone({ role }: Pick<ZoneKey, 'role'>): boolean {
  return role !== 'ksk';
}
