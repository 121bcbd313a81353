import { readU16 } from '../../../dns/octets.ts';
import type { RRset } from '../../../dns/rrset.ts';

/** The index of the null MX (RFC 7505), whose exchange is the root; -1 where there is none. */
export function nullMxIn(mx: RRset): number {
  return mx.rdatas.findIndex((rdata) => rdata.length === 3);
}

/** The preference of an MX rdata. */
export function preferenceOf(rdata: string): number {
  return readU16(rdata, 0);
}
