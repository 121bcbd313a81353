import { type DomainName, domainToWire } from '../name.ts';
import { type OctetBuffer, putText, putU16, putU32 } from '../octet-buffer.ts';
import type { Rdata } from '../octets.ts';
import { u16, u32 } from '../octets.ts';
import { canonicalRdata } from '../rdata.ts';
import type { RRset } from '../rrset.ts';
import { putName } from '../wire-name.ts';

const CLASS_IN = u16(1);

/** The rdata of an RRset in canonical form and order, none of them twice (RFC 4034 section 6.2 and 6.3). */
export function canonicalRdatas({ type, rdatas }: RRset): readonly Rdata[] {
  if (rdatas.length === 1) return [canonicalRdata(type, rdatas[0] as Rdata)];
  const sorted = rdatas.map((rdata) => canonicalRdata(type, rdata)).sort();
  return sorted.filter((rdata, i) => rdata !== sorted[i - 1]);
}

/** The owner whose wire form was asked for last: an owner has several RRsets, one behind the other. */
let last: DomainName | undefined;
let lastWire = '';

function wireOf(owner: DomainName): string {
  if (owner !== last) {
    last = owner;
    lastWire = domainToWire(owner);
  }
  return lastWire;
}

/** The records of an RRset in canonical form and order, one behind the other (RFC 4034 section 6). */
export function canonicalRecords(rrset: RRset, ttlOf: (rdata: Rdata) => number): string {
  const head = wireOf(rrset.owner) + u16(rrset.type) + CLASS_IN;
  const rdatas = canonicalRdatas(rrset);
  const [only] = rdatas;
  if (rdatas.length === 1 && only !== undefined) return head + u32(ttlOf(only)) + u16(only.length) + only;
  return rdatas.map((rdata) => head + u32(ttlOf(rdata)) + u16(rdata.length) + rdata).join('');
}

/** Puts the records of an RRset, as {@link canonicalRecords} gives them with its TTL. */
export function putCanonicalRecords(to: OctetBuffer, rrset: RRset): void {
  const { owner, type, ttl, rdatas } = rrset;
  if (rdatas.length > 1) {
    putText(
      to,
      canonicalRecords(rrset, () => ttl),
    );
    return;
  }
  const rdata = canonicalRdata(type, rdatas[0] as Rdata);
  putName(to, owner);
  putU16(to, type);
  putU16(to, 1);
  putU32(to, ttl);
  putU16(to, rdata.length);
  putText(to, rdata);
}
