import { type DomainName, labelsOf, wireNameEnd, wireNameToText } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataToData } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { printTtl } from '../../dns/ttl.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SIG } from '../../dns/types/sig.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { NewAlias, NewDocument, OwnerComments } from '../write.ts';

/** A zone's records as they come from elsewhere, and what is known about them beside. */
export interface Imported {
  readonly apex: DomainName;
  /** Every owner with its RRsets, the SOA among them, in the order in which they are to be written. */
  readonly rrsets: Map<DomainName, RRset[]>;
  /** Names that are answered with the addresses of others (`ALIAS`). */
  readonly aliases?: readonly NewAlias[];
  /** Comment lines above the document, around its records, and behind them. */
  readonly header?: readonly string[];
  readonly comments?: ReadonlyMap<DomainName, OwnerComments>;
  readonly tail?: readonly string[];
}

/** An imported zone as a document, and what it holds. */
export interface ImportedDocument {
  readonly document: NewDocument;
  readonly names: number;
  readonly records: number;
  /** Whether it comes signed. */
  readonly signed: boolean;
}

/**
 * The document of an imported zone, whose RRsets it takes over: the SOA becomes settings, its serial the floor of those to
 * come, the TTL that most RRsets have becomes the zone's. What comes signed keeps its signatures and its serial
 * (`dnssec: presigned`). `schema` is the path to the schema, for editors.
 */
export function importedDocument(imported: Imported, schema: string | undefined): ImportedDocument {
  const { apex, rrsets } = imported;
  const atApex = rrsets.get(apex) ?? [];
  const soa = atApex.find((rrset) => rrset.type === SOA.code);
  // A zone that is signed has a signature of its SOA at least; a stray one, or an NSEC3PARAM, is for the checks to find.
  const signed = atApex.some((rrset) => rrset.type === RRSIG.code);
  const names = rrsets.size;
  let records = 0;
  const ttls = new Map<number, number>();
  for (const [owner, sets] of rrsets) {
    let merge = false;
    for (const { type, ttl, rdatas } of sets) {
      records += rdatas.length;
      if (type === SOA.code || type === RRSIG.code || type === SIG.code) merge = true;
      // Signatures have no TTL of their own.
      if (type !== RRSIG.code && type !== SOA.code) ttls.set(ttl, (ttls.get(ttl) ?? 0) + 1);
    }
    if (merge) rrsets.set(owner, mergeByType(sets));
  }
  const ttl = mostCommon(ttls) ?? soa?.ttl ?? 3600;
  const document: NewDocument = {
    apex,
    ttl,
    soa: soa === undefined ? new Map() : soaSettings(soa, ttl, signed),
    settings: signed ? new Map([['dnssec', 'presigned']]) : new Map(),
    names: rrsets,
    aliases: imported.aliases ?? [],
    header: imported.header ?? [],
    comments: imported.comments ?? new Map(),
    tail: imported.tail ?? [],
    schema,
  };
  return { document, names, records, signed };
}

/** The RRsets without the SOA, and signatures, which are an RRset for each type that they cover, as one list a name. */
function mergeByType(rrsets: readonly RRset[]): RRset[] {
  const byType = new Map<number, RRset>();
  for (const rrset of rrsets) {
    if (rrset.type === SOA.code) continue;
    const known = byType.get(rrset.type);
    byType.set(rrset.type, known === undefined ? rrset : { ...known, rdatas: [...known.rdatas, ...rrset.rdatas] });
  }
  return [...byType.values()];
}

/** Of two TTLs that are equally common the smaller one. */
function mostCommon(ttls: ReadonlyMap<number, number>): number | undefined {
  let common: number | undefined;
  let most = 0;
  for (const [ttl, count] of ttls) {
    if (common !== undefined && (count < most || (count === most && ttl > common))) continue;
    common = ttl;
    most = count;
  }
  return common;
}

function soaSettings(soa: RRset, ttl: number, presigned: boolean): Map<string, string> {
  const rdata = soa.rdatas[0] as Rdata;
  const data = rdataToData(SOA.code, rdata);
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

/**
 * The mail address that an RNAME stands for (RFC 1035 section 8); the name itself where it stands for none, without an `@`
 * that would make an address of it.
 */
function mailbox(rname: string): string {
  const [local, ...host] = labelsOf(rname as DomainName);
  const plain =
    local !== undefined && host.length > 0 && /^[A-Za-z0-9._+-]+$/.test(local) && !/^\.|\.\.|\.$/.test(local);
  if (plain && host.every((label) => /^[A-Za-z0-9_-]+$/.test(label))) return `${local}@${host.join('.')}`;
  return rname.replaceAll('\\@', '\\064');
}
