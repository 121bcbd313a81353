import type { DomainName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';

/** What a validator makes of an answer (RFC 4035 section 4.3). */
export type Verdict =
  /** It is what the zone says. `next`: the name to ask for, where aliases lead on to what the answer does not tell. */
  | { readonly kind: 'secure'; readonly delegation?: Delegation; readonly next?: DomainName }
  /** Nothing proves it, and it is proven that nothing has to. */
  | { readonly kind: 'insecure'; readonly reason: string }
  /** It ought to be proven and is not. */
  | { readonly kind: 'bogus'; readonly reason: string };

/** A zone that the answer refers to: trust it with the DS RRset, which is proven. */
export interface Delegation {
  readonly cut: DomainName;
  readonly ds: readonly Rdata[];
}

/** How a validator goes about it. */
export interface ValidationOptions {
  /** Seconds since 1970. */
  readonly now: number;
  /**
   * The strictest reading (RFC 4035 section 2.2, RFC 6840 section 5.11): there must be a valid signature of every algorithm
   * that the DNSKEY RRset has, and every one that the DS RRset names leads to a key. By default one is enough.
   */
  readonly everyAlgorithm?: boolean;
}

/** The verdict on an answer that fails. */
export function bogus(reason: string): Verdict & { kind: 'bogus' } {
  return { kind: 'bogus', reason };
}

/** The verdict on an answer that need not be proven. */
export function insecure(reason: string): Verdict & { kind: 'insecure' } {
  return { kind: 'insecure', reason };
}
