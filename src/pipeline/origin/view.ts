import { type DomainName, wireNameToDomain } from '../../dns/name.ts';
import { fromText, type Rdata } from '../../dns/octets.ts';
import { comparableRdata, rdataToText, typeName } from '../../dns/rdata.ts';
import { NS } from '../../dns/types/ns.ts';
import { SOA } from '../../dns/types/soa.ts';
import { digestOf } from '../../state/ids/notes.ts';
import { amendmentOf, type Names } from '../../zone/amend/names.ts';
import type { ZoneSettings } from '../../zone/settings.ts';
import {
  type Alias,
  type DeclaredRRset,
  findRRset,
  type Redirect,
  type ValueOptions,
  valueAt,
  type Zone,
} from '../../zone/zone.ts';
import { generatedFrom, means, plainText, writtenAt } from './written.ts';

/** One record's data, as a document has it. */
export interface ValueView {
  /** What stands in the document: bare text of TXT and its kin, else presentation form as it was written. */
  readonly written: string;
  /** Canonical presentation form with absolute names (`ALIAS`: the target; `REDIRECT`: status and address). */
  readonly text: string;
  /** The octets; `undefined` for `ALIAS` and `REDIRECT`. */
  readonly rdata: Rdata | undefined;
  /** Stands for the data in ids. */
  readonly digest: string;
  readonly options: ValueOptions | undefined;
}

/** The records of one owner and type. */
export interface RRsetView {
  readonly owner: DomainName;
  /** The mnemonic. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  readonly values: readonly ValueView[];
  /** Where it comes from: only what stands under `records:` of the document itself can be changed record by record. */
  readonly from: 'records' | 'generate' | 'template';
}

/** A zone as it is at a commit: what all doors show. */
export interface ZoneView {
  readonly zone: DomainName;
  /** Of its document, from the top of the repository. */
  readonly path: string;
  /** Changes with every change of its document: the entity tag. */
  readonly tag: string;
  /** The commit that was looked at. */
  readonly commit: string | undefined;
  /** The text of the document. */
  readonly text: string;
  readonly settings: ZoneSettings;
  /** What the compiler reads of the document. */
  readonly declared: Zone;
  /** The templates that it uses, by name. */
  readonly templates: readonly string[];
  /** All RRsets in the document's order but for the SOA. */
  rrsets(): readonly RRsetView[];
  /** The RRset of an owner and type. */
  rrset(owner: DomainName, type: string): RRsetView | undefined;
  /** The RRsets of an owner: all, or that of a type. */
  rrsetsAt(owner: DomainName, type?: string): readonly RRsetView[];
  /** The owners of {@link rrsets}, in that order; nothing of their RRsets is worked out. */
  owners(): readonly DomainName[];
  /** How many records {@link rrsets} have. */
  records(): number;
}

/** What a list of zones tells of each. */
export interface ZoneSummary {
  readonly zone: DomainName;
  readonly path: string;
  readonly tag: string;
  /** Records of the document without the SOA; those of `ALIAS` and `REDIRECT` are among them. */
  readonly records: number;
  readonly aliases: number;
  readonly redirects: number;
  /** Those of the apex, in lower case. */
  readonly nameServers: readonly DomainName[];
  /** The templates that it uses, by name. */
  readonly templates: readonly string[];
  readonly owners: readonly string[];
  /** The name of the policy that signs it; `false`: unsigned; `presigned`. */
  readonly dnssec: string | false;
  /** Errors that stop a release, and warnings. */
  readonly errors: number;
  readonly warnings: number;
}

/** What a list tells of the records of a zone that compiles to so many; `undefined`: of one that cannot be read. */
export function countsOf(
  zone: Zone | undefined,
  compiled: number,
): Pick<ZoneSummary, 'records' | 'aliases' | 'redirects' | 'nameServers'> {
  if (zone === undefined) return { records: 0, aliases: 0, redirects: 0, nameServers: [] };
  const [aliases, redirects] = [zone.aliases.length, zone.redirects.length];
  // An amended zone has nothing but its own records, and is not gone through.
  const own = amendmentOf(zone.names) === undefined ? recordsOf(zone.names) : compiled - 1;
  const records = aliases + redirects + own;
  const servers = findRRset(zone, zone.apex, NS.code)?.rdatas ?? [];
  return { records, aliases, redirects, nameServers: servers.map((rdata) => wireNameToDomain(rdata, 0)) };
}

/** How many records names have without the SOA. Of amended ones nothing is worked out. */
function recordsOf(names: Names): number {
  const amended = amendmentOf(names);
  let records = amended === undefined ? 0 : recordsOf(amended.base);
  if (amended === undefined) for (const rrsets of names.values()) records += recordsAt(rrsets);
  else for (const [owner, rrsets] of amended.own) records += recordsAt(rrsets) - recordsAt(amended.base.get(owner));
  return records;
}

function recordsAt(rrsets: readonly DeclaredRRset[] = []): number {
  return rrsets.reduce((sum, { type, rdatas }) => sum + (type === SOA.code ? 0 : rdatas.length), 0);
}

/** Shows a document that was read. Records are worked out when somebody asks for them. */
export function viewOf(zone: Zone, at: Pick<ZoneView, 'path' | 'tag' | 'commit' | 'templates'>): ZoneView {
  const { apex, source, settings } = zone;
  let all: readonly RRsetView[] | undefined;
  const generateAt = generatedFrom(source.text);
  const fromOf = (rrset: DeclaredRRset): RRsetView['from'] =>
    rrset.source !== source ? 'template' : generateAt?.(rrset.typeAt) === true ? 'generate' : 'records';
  const pseudo = new Map<DomainName, RRsetView[]>();
  const addPseudo = (type: string, { owner, ttl, span }: Alias | Redirect, text: string): void => {
    const written = (source === span.source ? writtenAt(span.source.text, span.start) : undefined) ?? text;
    const value = { written, text, rdata: undefined, digest: digestOf(fromText(text)), options: undefined };
    const view: RRsetView = {
      owner,
      type,
      ttl,
      values: [value],
      from: span.source === source ? 'records' : 'template',
    };
    const there = pseudo.get(owner);
    if (there === undefined) pseudo.set(owner, [view]);
    else there.push(view);
  };
  for (const alias of zone.aliases) addPseudo('ALIAS', alias, alias.target);
  for (const redirect of zone.redirects) addPseudo('REDIRECT', redirect, `${redirect.status} ${redirect.target}`);
  const rrsetsAt = (owner: DomainName, wanted?: string): RRsetView[] => [
    ...(zone.names.get(owner) ?? [])
      .filter(({ type }) => type !== SOA.code && (wanted === undefined || typeName(type) === wanted))
      .map((rrset) => showRRset(rrset, fromOf(rrset), apex)),
    ...(pseudo.get(owner) ?? []).filter(({ type }) => wanted === undefined || type === wanted),
  ];
  const owners = (): DomainName[] => [...new Set([...zone.names.keys(), ...pseudo.keys()])];
  return {
    ...at,
    zone: apex,
    text: source.text,
    settings,
    declared: zone,
    rrsets() {
      all ??= owners().flatMap((owner) => rrsetsAt(owner));
      return all;
    },
    rrset: (owner, type) => rrsetsAt(owner, type)[0],
    rrsetsAt,
    owners,
    records: () => zone.aliases.length + zone.redirects.length + recordsOf(zone.names),
  };
}

function showRRset(rrset: DeclaredRRset, from: RRsetView['from'], apex: DomainName): RRsetView {
  const { owner, type, ttl, rdatas, options } = rrset;
  const values = rdatas.map((rdata, i): ValueView => {
    let text: string | undefined;
    const textOf = (): string => {
      text ??= rdataToText(type, rdata);
      return text;
    };
    return {
      get written() {
        const at = from === 'records' ? valueAt(rrset, i) : undefined;
        const written = at === undefined ? undefined : writtenAt(rrset.source.text, at);
        return written !== undefined && means(written, rrset, rdata, apex) ? written : plainText(type, rdata);
      },
      get text() {
        return textOf();
      },
      rdata,
      get digest() {
        return digestOf(comparableRdata(type, rdata));
      },
      options: options?.[i],
    };
  });
  return { owner, type: typeName(type), ttl, values, from };
}
