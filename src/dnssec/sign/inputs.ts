import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../../dns/dnssec/policy.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { KeptSignatures } from './kept.ts';

/** A key with its private half. */
export interface SigningKey {
  readonly dnskey: Rdata;
  readonly tag: number;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

/** When signatures are made and how long they are good, all in seconds. */
export interface SigningTimes {
  /** Since 1970. */
  readonly now: number;
  readonly lifetime: number;
  /** At most this much is taken off a lifetime, so that not all signatures expire at once. */
  readonly jitter: number;
  /** How long before its expiry a signature is renewed. */
  readonly refresh: number;
  /** How far in the past signatures begin. */
  readonly inception: number;
}

/** How a zone proves that something does not exist. NSEC3 is without salt and further iterations (RFC 9276). */
export type Denial = { readonly kind: 'nsec' } | { readonly kind: 'nsec3'; readonly optOut: boolean };

/** Everything that a signed zone is made from. */
export interface SignInputs {
  readonly apex: DomainName;
  /**
   * The unsigned zone in the order of the file (`rrsetsInOrder`), its SOA with the serial that is to be served. What only a
   * signer makes (RRSIG, NSEC, NSEC3; at the apex also DNSKEY, NSEC3PARAM and ZONEMD) is left out of it.
   */
  readonly rrsets: readonly RRset[];
  /** The DNSKEY RRset. */
  readonly dnskeys: readonly Rdata[];
  /** The TTL of DNSKEY, CDS and CDNSKEY. */
  readonly dnskeyTtl: number;
  /** The keys that sign DNSKEY, CDS and CDNSKEY. */
  readonly dnskeySigners: readonly SigningKey[];
  /** The keys that sign everything but the DNSKEY RRset. */
  readonly zoneSigners: readonly SigningKey[];
  /** What is published for the parent (RFC 7344); none: what the zone itself has. */
  readonly cds: readonly Rdata[];
  readonly cdnskey: readonly Rdata[];
  readonly denial: Denial;
  /** Whether a digest over the zone is put into it (RFC 8976). */
  readonly zonemd: boolean;
  readonly times: SigningTimes;
  /** Signatures to go on using as long as they fit. */
  readonly kept?: KeptSignatures;
  /** Says when the zone is not wanted any more: signing rejects with its reason then. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a zone cannot be signed. */
export type SigningFault =
  /** Two names have the same hash (RFC 5155 section 7.1). */
  | { readonly kind: 'hash-collision'; readonly names: readonly [DomainName, DomainName] }
  /** The private half of a key does not fit its DNSKEY, or cannot be read. */
  | { readonly kind: 'bad-key'; readonly tag: number; readonly algorithm: SigningAlgorithm };
