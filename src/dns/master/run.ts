import type { DomainName } from '../name.ts';
import { isAtOrBelow } from '../name.ts';
import type { Octets, Rdata } from '../octets.ts';
import type { EntryReader } from './entry.ts';
import { newEntryReader, placeInEntry } from './entry.ts';
import type { MasterProblem, ProblemLog } from './problem.ts';
import { newProblemLog, report } from './problem.ts';

/** A master file: its name, for messages, and its content, one octet a unit (`fromBuffer` of the file). */
export interface MasterFile {
  readonly name: string;
  readonly octets: Octets;
}

/** Why a file that `$INCLUDE` names is not read. */
export interface IncludeRefusal {
  readonly message: string;
  readonly fix: string;
}

/** One record of a master file, and where it stands. */
export interface MasterRecord {
  readonly owner: DomainName;
  /** Seconds. */
  readonly ttl: number;
  /** The code of the type. */
  readonly type: number;
  readonly rdata: Rdata;
  readonly file: string;
  /** Of the record's first token, from 1. */
  readonly line: number;
  readonly column: number;
  /** Where comments are kept and the record has some. */
  readonly comments: RecordComments | undefined;
}

/** The comments around a record, without the semicolon. */
export interface RecordComments {
  /** Those on lines of their own since the record before; an empty string is a blank line between two of them. */
  readonly leading: readonly string[];
  /** Those on the lines of the record. */
  readonly trailing: readonly string[];
}

/** How a master file is read. */
export interface ReadOptions {
  /** Takes each record as it is read, in the order of the file. */
  readonly onRecord: (record: MasterRecord) => void;
  /** The zone's name: records outside are left out with a warning, as name servers do. */
  readonly apex?: DomainName;
  /** What names are relative to before the first `$ORIGIN`; without it, the apex; without that, absolute names only. */
  readonly origin?: DomainName;
  /**
   * Gives the file that an `$INCLUDE` names, as it is written there; `from` is the name of the file it stands in.
   * Without it every `$INCLUDE` is an error. Which paths are allowed is the caller's to say.
   */
  readonly include?: (path: string, from: string) => MasterFile | IncludeRefusal;
  /** Keeps comments. Default: no. */
  readonly comments?: boolean;
}

/** What reading gives besides the records. */
export interface ReadResult {
  /** All problems that were found, at most 1,000 of each severity; the order is that of the file. */
  readonly problems: readonly MasterProblem[];
  /** How many errors there are, listed or not: 0 means that the file is good. */
  readonly errors: number;
  readonly warnings: number;
  /** The comments behind the last record, where comments are kept. */
  readonly comments: readonly string[];
}

/** Where a file stands in the run. */
export interface Scope {
  readonly file: string;
  readonly entry: EntryReader;
  readonly parent: Scope | undefined;
  origin: DomainName | undefined;
  /** Whether every name relative to the origin lies in the zone. */
  originInside: boolean;
  /** The owner of the last record, for those that leave it out. */
  owner: DomainName | undefined;
  /** How that owner was written, if it was relative to the origin of now; an empty string otherwise. */
  ownerText: string;
  ownerInside: boolean;
  /** An `$ORIGIN` has come since the last record. */
  originChanged: boolean;
}

/** What one run knows across its files. */
export interface Run {
  readonly options: ReadOptions;
  readonly log: ProblemLog;
  scope: Scope;
  /** The TTL of the last record; -1 before the first. */
  ttl: number;
  /** The TTL that `$TTL` or the SOA gave; -1 without either. */
  defaultTtl: number;
  inheritedTtlReported: boolean;
  /** The kinds of the RRsets of the last owner since its name came up, and their TTLs; the first `groupSize` count. */
  readonly groupKinds: number[];
  readonly groupTtls: number[];
  groupSize: number;
  /** Those that have no room there. */
  readonly groupMore: Map<number, number>;
  /** How many records `$GENERATE` may still make, and how many characters of rdata for them. */
  generateCount: number;
  generateCharacters: number;
  included: number;
  includedOctets: number;
  /** Comments that no record has taken yet: those around directives. */
  comments: string[];
  stopped: boolean;
}

/** How many records, and characters of rdata in them, all `$GENERATE` directives of a run may make. */
export const GENERATE_COUNT = 1_000_000;
const GENERATE_CHARACTERS = 1 << 28;

/** A run at the start of its file. */
export function newRun(file: MasterFile, options: ReadOptions): Run {
  return {
    options,
    log: newProblemLog(),
    scope: newScope(file, options, undefined, options.origin ?? options.apex),
    ttl: -1,
    defaultTtl: -1,
    inheritedTtlReported: false,
    groupKinds: [],
    groupTtls: [],
    groupSize: 0,
    groupMore: new Map(),
    generateCount: GENERATE_COUNT,
    generateCharacters: GENERATE_CHARACTERS,
    included: 0,
    includedOctets: 0,
    comments: [],
    stopped: false,
  };
}

/** The scope of a file, inside that of the file that includes it. */
export function newScope(
  file: MasterFile,
  options: ReadOptions,
  parent: Scope | undefined,
  origin: DomainName | undefined,
): Scope {
  return {
    file: file.name,
    entry: newEntryReader(file.octets, options.comments),
    parent,
    origin,
    originInside: isInside(origin, options.apex),
    owner: parent?.owner,
    ownerText: '',
    ownerInside: parent?.ownerInside ?? false,
    originChanged: parent?.originChanged ?? false,
  };
}

/** Whether a name lies in the zone; every name does where no zone is given. */
export function isInside(name: DomainName | undefined, apex: DomainName | undefined): boolean {
  return apex === undefined || (name !== undefined && isAtOrBelow(name, apex));
}

/** Reports a problem at an offset of the entry that is being read. */
export function note(
  run: Run,
  severity: 'error' | 'warning',
  rule: string,
  message: string,
  fix: string,
  offset: number,
): void {
  const { line, column } = placeInEntry(run.scope.entry, offset);
  report(run.log, { rule, severity, message, fix, file: run.scope.file, line, column });
}
