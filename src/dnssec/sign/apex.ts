import type { Rdata } from '../../dns/octets.ts';
import { octets, readU32, u8, u16, u32 } from '../../dns/octets.ts';
import { CDNSKEY } from '../../dns/types/cdnskey.ts';
import { CDS } from '../../dns/types/cds.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import { NSEC3PARAM } from '../../dns/types/nsec3param.ts';
import { SOA } from '../../dns/types/soa.ts';
import { ZONEMD } from '../../dns/types/zonemd.ts';
import type { SignInputs } from './inputs.ts';
import { type Node, withRRset } from './nodes.ts';

/** What the SOA says that signing needs. */
export interface Start {
  readonly serial: number;
  /** The TTL of the SOA itself. */
  readonly ttl: number;
  /** The TTL of NSEC and NSEC3 (RFC 9077 section 3). */
  readonly negativeTtl: number;
}

/** Reads the SOA at the apex. Throws a `RangeError` where there is none: such a zone must not come here. */
export function readStart(apex: Node | undefined): Start {
  const soa = apex?.rrsets.find(({ type }) => type === SOA.code);
  if (soa === undefined) throw new RangeError('the zone has no SOA at its apex');
  const rdata = soa.rdatas[0] as Rdata;
  const minimum = readU32(rdata, rdata.length - 4);
  return { serial: readU32(rdata, rdata.length - 20), ttl: soa.ttl, negativeTtl: Math.min(minimum, soa.ttl) };
}

/** The apex with everything that a signed zone has there but NSEC and signatures; the digest of a ZONEMD is all zero yet. */
export function signedApex(apex: Node, start: Start, inputs: SignInputs): Node {
  const { owner } = apex;
  let { rrsets } = apex;
  const put = (type: number, ttl: number, rdatas: readonly Rdata[]): void => {
    if (rdatas.length === 0) return;
    const others = rrsets.filter((rrset) => rrset.type !== type);
    rrsets = withRRset(others, { owner, type, ttl, rdatas });
  };
  put(DNSKEY.code, inputs.dnskeyTtl, inputs.dnskeys);
  put(CDS.code, inputs.dnskeyTtl, inputs.cds);
  put(CDNSKEY.code, inputs.dnskeyTtl, inputs.cdnskey);
  if (inputs.denial.kind === 'nsec3') put(NSEC3PARAM.code, 0, [nsec3Parameters]);
  if (inputs.zonemd) put(ZONEMD.code, start.ttl, [zonemdRdata(start.serial, '\0'.repeat(48))]);
  return { owner, authority: 'own', rrsets };
}

/** SHA-1, no flags, no further iterations, no salt (RFC 5155 section 4). */
const nsec3Parameters = octets(u8(1) + u8(0) + u16(0) + u8(0));

/** A ZONEMD with scheme SIMPLE and SHA-384 (RFC 8976 section 2.2). */
export function zonemdRdata(serial: number, digest: string): Rdata {
  return octets(u32(serial) + u8(1) + u8(1) + digest);
}
