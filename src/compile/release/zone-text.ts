import { masterChunks } from '../../dns/master/writer.ts';
import { type Rdata, readU32, u32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SOA } from '../../dns/types/soa.ts';
import { type OrderedZone, rrsetsOfNode } from '../content.ts';

/** A zone's master file in pieces, with its serial; for a node, with the values that are its own. */
export function zoneText(ordered: OrderedZone, serial: Serial, node?: string): Iterable<string> {
  const { compiled, defaultTtl } = ordered;
  const rrsets = node === undefined ? ordered.rrsets : rrsetsOfNode(ordered, node);
  return masterChunks({ apex: compiled.apex, defaultTtl, rrsets: withSerial(rrsets, serial) });
}

/** RRsets of a zone, its SOA first, with the serial in it. */
function withSerial(rrsets: readonly RRset[], serial: Serial): readonly RRset[] {
  const soa = rrsets[0];
  if (soa?.type !== SOA.code) throw new Error('a zone begins with its SOA');
  // The serial is the first of the five numbers at the end (RFC 1035 section 3.3.13).
  const rdatas = soa.rdatas.map((rdata) => `${rdata.slice(0, -20)}${u32(serial)}${rdata.slice(-16)}` as Rdata);
  return rrsets.with(0, { ...soa, rdatas });
}

/** When the first of the signatures that the document holds expires (RFC 4034 section 3.1.5), RFC 3339; `null` without any. */
export function firstExpiry(rrsets: readonly RRset[]): string | null {
  let first = Number.POSITIVE_INFINITY;
  for (const { type, rdatas } of rrsets) {
    if (type === RRSIG.code) for (const rdata of rdatas) first = Math.min(first, readU32(rdata, 8));
  }
  return first === Number.POSITIVE_INFINITY ? null : new Date(first * 1000).toISOString().replace('.000', '');
}
