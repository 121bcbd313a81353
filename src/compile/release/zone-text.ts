import { type Rdata, readU32, u32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SOA } from '../../dns/types/soa.ts';

/** RRsets of a zone, its SOA first, with the serial in it. */
export function withSerial(rrsets: readonly RRset[], serial: Serial): readonly RRset[] {
  const soa = rrsets[0];
  if (soa?.type !== SOA.code) throw new Error('a zone begins with its SOA');
  // The serial is the first of the five numbers at the end (RFC 1035 section 3.3.13).
  const rdatas = soa.rdatas.map((rdata) => `${rdata.slice(0, -20)}${u32(serial)}${rdata.slice(-16)}` as Rdata);
  return rrsets.with(0, { ...soa, rdatas });
}

/** When the first of the signatures that the document holds expires (RFC 4034 section 3.1.5), seconds since 1970. */
export function firstExpiry(rrsets: readonly RRset[]): number | undefined {
  let first: number | undefined;
  for (const { type, rdatas } of rrsets) {
    if (type === RRSIG.code) for (const rdata of rdatas) first = Math.min(first ?? 0xffffffff, readU32(rdata, 8));
  }
  return first;
}
