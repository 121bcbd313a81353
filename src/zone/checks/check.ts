import type { ZoneCuts } from '../../dns/cuts.ts';
import type { DomainName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Edit, Severity } from '../finding.ts';
import type { Span } from '../source.ts';
import type { DeclaredRRset, Zone } from '../zone.ts';

/**
 * What a check states about itself. The reference page, the SARIF rules and the severities come from it.
 * One file a check; the function is pure and never throws.
 */
export interface Check {
  /** In kebab case: `cname-with-other-data`. */
  readonly id: string;
  readonly severity: Severity;
  /** The standard it comes from (`RFC 2181 section 10.1`), or whose practice it is. */
  readonly standard: string;
  /** One sentence: why it matters. */
  readonly reason: string;
  /** One sentence: what to do about it. */
  readonly repair: string;
  /** The lines of the page of checks that it covers: `['Z06', 'Z07']`. */
  readonly covers: readonly string[];
  /** It belongs to the hard core: it cannot be switched off or waived, because what it stops could not be compiled. */
  readonly hard?: boolean;
  /** Off unless the configuration switches it on. */
  readonly optIn?: boolean;
  /**
   * Looks at each RRset of the types named, once. `'every'` for all types. Checks are dispatched by type, so a check of SRV
   * costs a zone of addresses nothing.
   */
  readonly rrset?: {
    readonly types: readonly number[] | 'every';
    readonly run: (rrset: DeclaredRRset, look: Look) => void;
  };
  /** Looks at each owner with all of its RRsets. Costs something for every owner: for what needs several types at once. */
  readonly owner?: (owner: DomainName, rrsets: readonly DeclaredRRset[], look: Look) => void;
  /** Looks at the zone once. */
  readonly zone?: (look: Look) => void;
  /** Looks at two releases of a zone: what was served before and what is desired. */
  readonly change?: (existing: ZoneContent | undefined, desired: ZoneContent | undefined, report: ReportChange) => void;
  /**
   * Found elsewhere, the statement is all there is: `reading` by the readers of documents while they turn them into RRsets,
   * `checking` by the engine that runs the checks and knows which waivers were needed.
   */
  readonly found?: 'reading' | 'checking';
}

/** The bare records of a zone, as a release has them. */
export interface ZoneContent {
  readonly apex: DomainName;
  readonly names: ReadonlyMap<DomainName, readonly RRset[]>;
}

/** What is said about a change: there is no place in a file, only a zone and perhaps an owner. */
export type ReportChange = (said: { message: string; fix?: string; owner?: DomainName; type?: number }) => void;

/** What a check reports; rule, severity, zone and the default repair are added by whoever runs the checks. */
export interface Said {
  readonly message: string;
  /** Where it differs from the check's own repair. */
  readonly fix?: string;
  readonly edits?: readonly Edit[];
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
  /** Where one finding is worse or milder than the check says. */
  readonly severity?: Severity;
}

/** What a check may see and say. */
export interface Look {
  readonly zone: Zone;
  /** The zone's structure, worked out once for all checks. */
  readonly shape: ZoneShape;
  /** The other zones of the repository. What is asked is remembered, so that an answer that changes runs the check again. */
  readonly estate: Estate;
  /** The day, `YYYY-MM-DD`, for what expires. */
  readonly today: string;
  /** Reports at the value with this index of an RRset; at the type's key without one. */
  at(rrset: DeclaredRRset, value: number | undefined, said: Said): void;
  /** Reports at an owner's key. */
  atOwner(rrset: DeclaredRRset, said: Said): void;
  /** Reports at any span: a setting, a waiver, the whole document. */
  atSpan(span: Span, said: Said, about?: { owner?: DomainName; type?: number }): void;
}

/** A zone's structure: what is delegated, what lies under a cut or a DNAME, what exists without records of its own. */
export interface ZoneShape extends ZoneCuts {
  /** Every cut, in the order of the document. */
  readonly cuts: readonly DomainName[];
  /** Whether the name exists: it has records, or a name below it has (an empty non-terminal). */
  exists(name: DomainName): boolean;
  /** The wildcard that answers for a name that does not exist (RFC 4592 section 3.3.1). */
  wildcardFor(name: DomainName): DomainName | undefined;
}

/** The other zones of the repository, as checks may ask about them. */
export interface Estate {
  /** The apex of the closest zone of the repository at or above the name. */
  zoneFor(name: DomainName): DomainName | undefined;
  /** The closest zone of the repository strictly above the apex. */
  parentOf(apex: DomainName): DomainName | undefined;
  /** The zones whose closest zone above is this one. */
  childrenOf(apex: DomainName): readonly DomainName[];
  /** Every zone of the repository strictly below a name, which need not be a zone itself, sorted as texts. */
  zonesBelow(name: DomainName): readonly DomainName[];
  /** The RRsets that a zone of the repository has at an owner; an empty list where it has none. */
  rrsetsAt(apex: DomainName, owner: DomainName): readonly RRset[];
  /** Whether an answer for the name would come from this zone's data: it exists, or a wildcard covers it. */
  answers(apex: DomainName, name: DomainName): boolean;
}
