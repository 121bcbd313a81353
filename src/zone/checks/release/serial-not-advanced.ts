import { displayName } from '../../../dns/name.ts';
import { readU32 } from '../../../dns/octets.ts';
import { type RRset, sameRRset } from '../../../dns/rrset.ts';
import { isGreaterSerial, type Serial } from '../../../dns/serial.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { SOA } from '../../../dns/types/soa.ts';
import type { Check, ZoneContent } from '../check.ts';
import { ofType } from '../known.ts';

/** A presigned zone whose records changed while `soa: { serial: 2026010101 }` stayed. */
export const serialNotAdvanced: Check = {
  id: 'serial-not-advanced',
  severity: 'error',
  standard: 'RFC 1982 section 3, RFC 1034 section 4.3.5',
  reason: 'Secondaries take a zone over only when its serial is greater, and keep the old records otherwise.',
  repair: 'Raise the serial and sign the zone with it.',
  covers: ['P04'],
  change(existing, desired, report) {
    const before = soaOf(existing);
    const after = soaOf(desired);
    // A serial that nobody signed is chosen when the release is built.
    if (existing === undefined || desired === undefined || before === undefined || after === undefined) return;
    if (ofType(desired.names.get(desired.apex) ?? [], RRSIG.code) === undefined) return;
    const [old, next] = [serialOf(before), serialOf(after)];
    if (isGreaterSerial(next, old) || (next === old && sameContent(existing, desired))) return;
    const message =
      next === old
        ? `the records of ${displayName(desired.apex)} change and its serial stays ${old}`
        : `the serial of ${displayName(desired.apex)} goes from ${old} back to ${next}`;
    report({ message, owner: desired.apex });
  },
};

function soaOf(content: ZoneContent | undefined): RRset | undefined {
  return content === undefined ? undefined : ofType(content.names.get(content.apex) ?? [], SOA.code);
}

function serialOf(soa: RRset): Serial {
  const rdata = soa.rdatas[0] as string;
  return readU32(rdata, rdata.length - 20) as Serial;
}

function sameContent(a: ZoneContent, b: ZoneContent): boolean {
  if (a.names.size !== b.names.size) return false;
  for (const [owner, rrsets] of a.names) {
    const others = b.names.get(owner) ?? [];
    if (others.length !== rrsets.length) return false;
    for (const rrset of rrsets) {
      const other = ofType(others, rrset.type);
      if (other === undefined || !sameRRset(rrset, other)) return false;
    }
  }
  return true;
}
