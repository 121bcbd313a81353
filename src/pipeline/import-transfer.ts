import { transferZone } from '../deploy/transfer.ts';
import { ownersInOrder } from '../dns/master/order.ts';
import type { ResourceRecord } from '../dns/message/message.ts';
import type { TsigKey } from '../dns/message/tsig.ts';
import { type DomainName, parseName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import { comparableRdata } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import type { Imported } from '../zone/import/document.ts';

/** Where a zone is fetched from. */
export interface TransferAddress {
  readonly host: string;
  readonly port: number;
  readonly zone: DomainName;
}

/** Reads `axfr://host[:port]/zone`, an IPv6 address in brackets; `undefined` where it is not such an address. */
export function parseTransferAddress(text: string): TransferAddress | undefined {
  const parts = /^axfr:\/\/(\[[0-9a-fA-F:.]+\]|[^/:@\s]+)(?::(\d{1,5}))?\/([^/?#\s]+)$/.exec(text);
  const [, host, port = '53', name] = parts ?? [];
  if (host === undefined || name === undefined || Number(port) < 1 || Number(port) > 65535) return undefined;
  try {
    const zone = decodeURIComponent(name);
    return {
      host: host.replace(/^\[|\]$/g, ''),
      port: Number(port),
      zone: parseName(zone.endsWith('.') ? zone : `${zone}.`),
    };
  } catch {
    return undefined;
  }
}

/** Why a transfer came to nothing. */
export interface TransferRefusal {
  readonly message: string;
  readonly fix: string;
}

/** Fetches a zone by AXFR (RFC 5936): its records in canonical order, or why there are none. */
export async function fetchZone(
  { host, port, zone }: TransferAddress,
  key: TsigKey | undefined,
): Promise<Imported | TransferRefusal> {
  const rrsets = new Map<DomainName, GrowingRRset[]>();
  const request = { server: { host, port }, zone, ...(key !== undefined && { key }) };
  const done = await transferZone(request, (record) => {
    addRecord(rrsets, record);
  });
  if (done.kind !== 'complete') return { message: done.message, fix: done.fix };
  const sorted = new Map<DomainName, RRset[]>();
  for (const owner of ownersInOrder(zone, rrsets.keys()))
    sorted.set(owner, (rrsets.get(owner) ?? []).map(withoutDuplicates));
  return { apex: zone, rrsets: sorted };
}

/** An RRset that is being filled: a transfer can bring tens of thousands of records for one. */
type GrowingRRset = RRset & { readonly rdatas: Rdata[] };

function addRecord(rrsets: Map<DomainName, GrowingRRset[]>, { owner, type, ttl, rdata }: ResourceRecord): void {
  const of = rrsets.get(owner);
  const known = of?.find((rrset) => rrset.type === type);
  if (of === undefined) rrsets.set(owner, [{ owner, type, ttl, rdatas: [rdata] }]);
  else if (known === undefined) of.push({ owner, type, ttl, rdatas: [rdata] });
  else known.rdatas.push(rdata);
}

function withoutDuplicates(rrset: RRset): RRset {
  const { type, rdatas } = rrset;
  if (rdatas.length === 1) return rrset;
  const unique = new Map(rdatas.map((rdata) => [comparableRdata(type, rdata), rdata]));
  return unique.size === rdatas.length ? rrset : { ...rrset, rdatas: [...unique.values()] };
}
