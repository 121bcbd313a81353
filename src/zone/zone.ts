import type { DomainName } from '../dns/name.ts';
import type { RRset } from '../dns/rrset.ts';
import type { ZoneSettings } from './settings.ts';
import type { SourceFile, Span } from './source.ts';

/** What stands beside a value in the document: `{ value, nodes, proxied }`. */
export interface ValueOptions {
  /** The nodes that serve this value; `undefined` where every node does. */
  readonly nodes: readonly string[] | undefined;
  /** Whether the nodes' web servers stand in for this address. */
  readonly proxied: boolean;
}

/**
 * An RRset as a zone document declares it, with the places that findings point at. Lean on purpose: a big zone has a
 * million of them, and places are worked out only for those that something is said about.
 */
export interface DeclaredRRset extends RRset {
  /** The zone file, or the template that it comes from. */
  readonly source: SourceFile;
  /** Where its owner's key stands. */
  readonly ownerAt: number;
  /** Where its type's key stands. */
  readonly typeAt: number;
  /** Where the value begins of its only rdata, or of each, in the order of `rdatas`; {@link valueAt} tells them apart. */
  readonly valuesAt: number | readonly number[];
  /** The options of each value, in the order of `rdatas`; `undefined` where none has any. */
  readonly options: readonly (ValueOptions | undefined)[] | undefined;
}

/** Where the value of the rdata with this index begins; `undefined` where the RRset has no such rdata. */
export function valueAt({ valuesAt }: DeclaredRRset, index: number): number | undefined {
  if (typeof valuesAt !== 'number') return valuesAt[index];
  return index === 0 ? valuesAt : undefined;
}

/** A name that is answered with the addresses of another (`ALIAS`). */
export interface Alias {
  readonly owner: DomainName;
  readonly target: DomainName;
  readonly ttl: number;
  readonly span: Span;
}

/** An HTTP redirect that the nodes' web servers serve (`REDIRECT: "301 https://..."`). */
export interface Redirect {
  readonly owner: DomainName;
  readonly status: 301 | 302 | 307 | 308;
  readonly target: string;
  readonly ttl: number;
  readonly span: Span;
}

/** A finding that the document accepts: for one owner, or for the whole zone where `owner` is the apex and `zoneWide`. */
export interface Waiver {
  readonly rule: string;
  readonly owner: DomainName;
  readonly zoneWide: boolean;
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`; `undefined` where it has no end. */
  readonly until: string | undefined;
  readonly span: Span;
}

/**
 * A zone as its document, its templates and the configuration declare it. The SOA RRset is among `names` with serial 0:
 * the serial is a release's, not the document's.
 */
export interface Zone {
  readonly apex: DomainName;
  readonly source: SourceFile;
  readonly settings: ZoneSettings;
  /** Every owner with its RRsets, the order of the document. An owner has at least one RRset. */
  readonly names: ReadonlyMap<DomainName, readonly DeclaredRRset[]>;
  readonly aliases: readonly Alias[];
  readonly redirects: readonly Redirect[];
  readonly waivers: readonly Waiver[];
  /** Owners of which something could not be read, which was said then: who misses something there says nothing. */
  readonly unreadable?: ReadonlySet<DomainName>;
  /**
   * Whether nothing was found while it was read, and each RRset comes from the one entry of its owner under `records:`, which
   * hangs on no other: then a few entries can be read again without the rest.
   */
  readonly plain?: boolean;
  /**
   * Where the settings that hold for this zone are given, in its document or in `zonewright.yaml`, by their path: `ttl`,
   * `dnssec`, `soa`, `soa.primary`, `soa.contact`, `soa.refresh` and so on, `checks.<rule>`. The span is that of the value.
   * A setting that nobody gave is not there.
   */
  readonly settingsAt?: ReadonlyMap<string, Span>;
}

/** Where a setting is given; the setting that holds it, or else the beginning of the document, where nobody gave it. */
export function settingSpan(zone: Zone, path: string): Span {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const span = zone.settingsAt?.get(at);
    if (span !== undefined) return span;
  }
  return { source: zone.source, start: 0, end: 0 };
}

/** The RRset of one owner and type. */
export function findRRset(zone: Zone, owner: DomainName, type: number): DeclaredRRset | undefined {
  const rrsets = zone.names.get(owner);
  if (rrsets === undefined) return undefined;
  for (const rrset of rrsets) if (rrset.type === type) return rrset;
  return undefined;
}
