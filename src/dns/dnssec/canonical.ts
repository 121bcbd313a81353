import { domainToWire } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { u16, u32 } from '../octets.ts';
import { canonicalRdata } from '../rdata.ts';
import type { RRset } from '../rrset.ts';

const CLASS_IN = u16(1);

/** The rdata of an RRset in canonical form and order, none of them twice (RFC 4034 section 6.2 and 6.3). */
export function canonicalRdatas({ type, rdatas }: RRset): readonly Rdata[] {
  if (rdatas.length === 1) return [canonicalRdata(type, rdatas[0] as Rdata)];
  const sorted = rdatas.map((rdata) => canonicalRdata(type, rdata)).sort();
  return sorted.filter((rdata, i) => rdata !== sorted[i - 1]);
}

/** The records of an RRset in canonical form and order, one behind the other (RFC 4034 section 6). */
export function canonicalRecords(rrset: RRset, ttlOf: (rdata: Rdata) => number): string {
  const head = domainToWire(rrset.owner) + u16(rrset.type) + CLASS_IN;
  return canonicalRdatas(rrset)
    .map((rdata) => head + u32(ttlOf(rdata)) + u16(rdata.length) + rdata)
    .join('');
}
