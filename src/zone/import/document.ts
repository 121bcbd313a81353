import { type DomainName, labelsOf, wireNameEnd, wireNameToText } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataToData } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { printTtl } from '../../dns/ttl.ts';
import type { NewAlias, NewDocument } from '../write.ts';

const SOA = 6;
const RRSIG = 46;

/** A zone's records as they come from elsewhere, and what is known about them beside. */
export interface Imported {
  readonly apex: DomainName;
  /** Every owner with its RRsets, the SOA among them. */
  readonly rrsets: ReadonlyMap<DomainName, readonly RRset[]>;
  /** Names that are answered with the addresses of others (`ALIAS`). */
  readonly aliases?: readonly NewAlias[];
  /** Comment lines above an owner; `undefined` is the key of those above the document. */
  readonly comments?: ReadonlyMap<DomainName | undefined, readonly string[]>;
  /** The comments behind values, by `noteKey`. */
  readonly notes?: ReadonlyMap<string, string>;
}

/**
 * The document of an imported zone: its SOA becomes settings, its serial the floor of those to come, the TTL that most
 * RRsets have becomes the zone's. A zone that comes with signatures keeps them and its serial (`dnssec: presigned`).
 */
export function importedDocument(imported: Imported, schema: string | undefined): NewDocument {
  const { apex, rrsets } = imported;
  const soa = rrsets.get(apex)?.find((rrset) => rrset.type === SOA);
  const names = new Map<DomainName, RRset[]>();
  for (const [owner, sets] of rrsets) {
    const kept = mergeByType(sets.filter((rrset) => rrset.type !== SOA));
    if (kept.length > 0) names.set(owner, kept);
  }
  const presigned = [...names.values()].some((sets) => sets.some((rrset) => rrset.type === RRSIG));
  const ttl = commonTtl(names) ?? soa?.ttl ?? 3600;
  return {
    apex,
    ttl,
    soa: soa === undefined ? new Map() : soaSettings(soa, ttl, presigned),
    settings: presigned ? new Map([['dnssec', 'presigned']]) : new Map(),
    names,
    aliases: imported.aliases ?? [],
    comments: imported.comments ?? new Map(),
    notes: imported.notes ?? new Map(),
    schema,
  };
}

/** Signatures are an RRset for each type they cover; a document has one list of them under its one key. */
function mergeByType(rrsets: readonly RRset[]): RRset[] {
  const byType = new Map<number, RRset>();
  for (const rrset of rrsets) {
    const known = byType.get(rrset.type);
    byType.set(rrset.type, known === undefined ? rrset : { ...known, rdatas: [...known.rdatas, ...rrset.rdatas] });
  }
  return [...byType.values()];
}

/** The TTL that most RRsets have; of two that are as common, the smaller one. Signatures have no TTL of their own. */
function commonTtl(names: ReadonlyMap<DomainName, readonly RRset[]>): number | undefined {
  const counts = new Map<number, number>();
  for (const rrsets of names.values()) {
    for (const { type, ttl } of rrsets) if (type !== RRSIG) counts.set(ttl, (counts.get(ttl) ?? 0) + 1);
  }
  let common: number | undefined;
  for (const [ttl, count] of counts) {
    const most = common === undefined ? 0 : (counts.get(common) as number);
    if (count > most || (count === most && ttl < (common as number))) common = ttl;
  }
  return common;
}

function soaSettings(soa: RRset, ttl: number, presigned: boolean): Map<string, string> {
  const rdata = soa.rdatas[0] as Rdata;
  const data = rdataToData(SOA, rdata);
  const rname = wireNameEnd(rdata, 0, rdata.length);
  const settings = new Map([
    ['primary', String(data.mname)],
    ['contact', mailbox(wireNameToText(rdata, rname))],
  ]);
  for (const key of ['refresh', 'retry', 'expire', 'minimum']) settings.set(key, printTtl(Number(data[key])));
  if (soa.ttl !== ttl) settings.set('ttl', printTtl(soa.ttl));
  if (presigned) settings.set('serial', String(data.serial));
  else if (data.serial !== 0) settings.set('serial_after', String(data.serial));
  return settings;
}

/** The mail address that an RNAME stands for (RFC 1035 section 8); the name itself where it stands for none. */
function mailbox(rname: string): string {
  const labels = labelsOf(rname as DomainName);
  const [local, ...host] = labels;
  const plain =
    local !== undefined && host.length > 0 && /^[A-Za-z0-9._+-]+$/.test(local) && !/^\.|\.\.|\.$/.test(local);
  return plain && host.every((label) => /^[A-Za-z0-9_-]+$/.test(label)) ? `${local}@${host.join('.')}` : rname;
}
