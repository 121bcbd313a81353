import type { DomainName } from '../name.ts';
import { wireNameEnd, wireNameToDomain } from '../name.ts';
import { readU16, readU32 } from '../octets.ts';

/** The fields of a signature (RFC 4034 section 3.1); times are seconds since 1970, modulo 2^32. */
export interface Rrsig {
  readonly covered: number;
  readonly algorithm: number;
  readonly labels: number;
  readonly originalTtl: number;
  readonly expiration: number;
  readonly inception: number;
  readonly tag: number;
  readonly signer: DomainName;
  readonly signature: string;
}

const SIGNER_AT = 18;

/** Takes the rdata of an RRSIG apart. */
export function readRrsig(rdata: string): Rrsig {
  return {
    covered: readU16(rdata, 0),
    algorithm: rdata.charCodeAt(2),
    labels: rdata.charCodeAt(3),
    originalTtl: readU32(rdata, 4),
    expiration: readU32(rdata, 8),
    inception: readU32(rdata, 12),
    tag: readU16(rdata, 16),
    signer: wireNameToDomain(rdata, SIGNER_AT),
    signature: rdata.slice(wireNameEnd(rdata, SIGNER_AT, rdata.length)),
  };
}
