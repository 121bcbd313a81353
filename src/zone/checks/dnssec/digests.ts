import { readU16 } from '../../../dns/octets.ts';

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
