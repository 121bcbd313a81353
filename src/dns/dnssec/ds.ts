import { createHash } from 'node:crypto';
import type { DomainName } from '../name.ts';
import { domainToWire } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { octets, readU16, u8, u16 } from '../octets.ts';
import { keyTag } from './dnskey.ts';

/** The fields of DS and of the types that have its form (CDS, DLV, TA). */
export interface Ds {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: string;
}

/** Takes the rdata of a DS apart (RFC 4034 section 5.1). */
export function readDs(rdata: string): Ds {
  return {
    tag: readU16(rdata, 0),
    algorithm: rdata.charCodeAt(2),
    digestType: rdata.charCodeAt(3),
    digest: rdata.slice(4),
  };
}

/** Digest types by their numbers in the IANA registry "Digest Algorithms": name, and length in octets. */
export const digestTypes: ReadonlyMap<number, { readonly name: string; readonly octets: number }> = new Map([
  [1, { name: 'SHA-1', octets: 20 }],
  [2, { name: 'SHA-256', octets: 32 }],
  [3, { name: 'GOST R 34.11-94', octets: 32 }],
  [4, { name: 'SHA-384', octets: 48 }],
  [5, { name: 'GOST R 34.11-2012', octets: 32 }],
  [6, { name: 'SM3', octets: 32 }],
]);

/** DNSSEC algorithms that sign zones, by their numbers in the IANA registry "DNS Security Algorithm Numbers". */
export const algorithmNames: ReadonlyMap<number, string> = new Map([
  [1, 'RSAMD5'],
  [3, 'DSA'],
  [5, 'RSASHA1'],
  [6, 'DSA-NSEC3-SHA1'],
  [7, 'RSASHA1-NSEC3-SHA1'],
  [8, 'RSASHA256'],
  [10, 'RSASHA512'],
  [12, 'ECC-GOST'],
  [13, 'ECDSAP256SHA256'],
  [14, 'ECDSAP384SHA384'],
  [15, 'ED25519'],
  [16, 'ED448'],
  [17, 'SM2SM3'],
  [23, 'ECC-GOST12'],
  [253, 'PRIVATEDNS'],
  [254, 'PRIVATEOID'],
]);

/** Algorithms that are not to be used any more (RFC 8624 section 3.1, RFC 9905, RFC 9906). */
export const deprecatedAlgorithms: ReadonlySet<number> = new Set([1, 3, 5, 6, 7, 12]);

/** Digest types that are not to be used any more (RFC 8624 section 3.3, RFC 9905, RFC 9906). */
export const deprecatedDigests: ReadonlySet<number> = new Set([1, 3]);

/** The name of an algorithm with its number, as messages show it. */
export function algorithmText(algorithm: number): string {
  const name = algorithmNames.get(algorithm);
  return name === undefined ? `algorithm ${algorithm}` : `algorithm ${algorithm} (${name})`;
}

/** The name of a digest type with its number, as messages show it. */
export function digestText(type: number): string {
  const known = digestTypes.get(type);
  return known === undefined ? `digest type ${type}` : `digest type ${type} (${known.name})`;
}

/** Whether a CDS or CDNSKEY asks for the removal of the DS: its algorithm is 0 (RFC 8078 section 4). */
export function asksForRemoval(algorithm: number): boolean {
  return algorithm === 0;
}

/** The hash functions of DS digests (RFC 4509, RFC 6605). */
const digests = new Map<number, string>([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

/** The digest of a DNSKEY (RFC 4034 section 5.1.4): over its owner and its rdata. `undefined` for a type that is not known. */
export function dsDigest(owner: DomainName, dnskey: Rdata, digestType: number): string | undefined {
  const hash = digests.get(digestType);
  if (hash === undefined) return undefined;
  return createHash(hash)
    .update(Buffer.from(domainToWire(owner) + dnskey, 'latin1'))
    .digest()
    .toString('latin1');
}

/** The DS of a DNSKEY (RFC 4034 section 5, RFC 4509, RFC 6605). */
export function dsOf(owner: DomainName, dnskey: Rdata, digestType: 1 | 2 | 4): Rdata {
  const algorithm = u8(dnskey.charCodeAt(3));
  return octets(u16(keyTag(dnskey)) + algorithm + u8(digestType) + (dsDigest(owner, dnskey, digestType) as string));
}

/**
 * Whether a DS (or CDS) speaks of a DNSKEY of the owner: same tag, same algorithm, and the digest of owner and key
 * (RFC 4034 section 5.1.4). A digest of a type that is not known is taken at its word.
 */
export function dsMatches(owner: DomainName, ds: Rdata, dnskey: Rdata): boolean {
  if (readU16(ds, 0) !== keyTag(dnskey) || ds.charCodeAt(2) !== dnskey.charCodeAt(3)) return false;
  const digest = dsDigest(owner, dnskey, ds.charCodeAt(3));
  return digest === undefined || digest === ds.slice(4);
}
