import type { DomainName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { comparableRdata, typeName } from '../rdata.ts';
import type { RRset } from '../rrset.ts';
import type { MasterProblem } from './problem.ts';
import { allProblems, newProblemLog, report } from './problem.ts';
import { readMaster } from './reader.ts';
import type { MasterFile, MasterRecord, ReadOptions, ReadResult } from './run.ts';
import { rrsetKind } from './ttl.ts';

/** The RRsets of a zone by owner. An owner has one RRset a type, and one RRSIG RRset for each type that is signed. */
export type ZoneRRsets = Map<DomainName, RRset[]>;

/** An RRset that is being filled. */
interface GrowingRRset extends RRset {
  ttl: number;
  readonly rdatas: Rdata[];
}

/** From how many RRsets of an owner, or rdata of an RRset, on an index finds them; below, looking at each is faster. */
const MANY = 16;

/** The indexes of owners with many RRsets. */
type ManyRRsets = Map<readonly RRset[], Map<number, GrowingRRset>>;

/**
 * Reads a master file like {@link readMaster} and gathers the records into RRsets.
 *
 * Records that are there twice count once. Where the TTLs of an RRset differ, the one that is read last for it counts, as
 * in named (within one run of lines for an owner it is the first), and a warning says so.
 */
export function readRRsets(
  file: MasterFile,
  options: Omit<ReadOptions, 'onRecord'> & { readonly onRecord?: ReadOptions['onRecord'] } = {},
): ReadResult & { readonly rrsets: ZoneRRsets } {
  const rrsets: ZoneRRsets = new Map();
  const log = newProblemLog();
  const seen = new Map<RRset, Set<Rdata>>();
  const many: ManyRRsets = new Map();
  let owner: DomainName | undefined;
  let ofOwner: RRset[] = [];
  /** Whether the owner has come up for the first time: its RRsets are kept when all of them are there. */
  let fresh = false;
  const keep = (): void => {
    if (fresh) rrsets.set(owner as DomainName, ofOwner);
  };
  const onRecord = (record: MasterRecord): void => {
    options.onRecord?.(record);
    if (record.owner !== owner) {
      keep();
      owner = record.owner;
      const known = rrsets.get(owner);
      fresh = known === undefined;
      ofOwner = known ?? [];
    }
    const { type, ttl, rdata } = record;
    const existing = ofOwner.length === 0 ? undefined : find(many, ofOwner, type, rdata);
    if (existing === undefined) {
      const created: GrowingRRset = { owner, type, ttl, rdatas: [rdata] };
      if (fresh) ofOwner = appended(ofOwner, created);
      else ofOwner.push(created);
      return;
    }
    if (existing.ttl !== ttl) {
      report(log, ttlMismatch(record, existing.ttl));
      existing.ttl = ttl;
    }
    if (!isKnown(seen, existing, rdata)) existing.rdatas.push(rdata);
  };
  const result = readMaster(file, { ...options, onRecord });
  keep();
  return {
    ...result,
    problems: [...result.problems, ...allProblems(log, file.name)],
    warnings: result.warnings + log.warnings,
    rrsets,
  };
}

/** A short list with one more, of its exact size: one that grew keeps room for 16 more, for each of a million names. */
function appended(rrsets: RRset[], rrset: RRset): RRset[] {
  const [a, b] = rrsets;
  if (a === undefined) return [rrset];
  if (b === undefined) return [a, rrset];
  if (rrsets.length === 2) return [a, b, rrset];
  rrsets.push(rrset);
  return rrsets;
}

function find(many: ManyRRsets, rrsets: readonly RRset[], type: number, rdata: Rdata): GrowingRRset | undefined {
  const kind = rrsetKind(type, rdata);
  if (rrsets.length > MANY) return indexed(many, rrsets).get(kind);
  for (const rrset of rrsets) {
    if (rrset.type === type && (kind === type || rrsetKind(type, rrset.rdatas[0] as Rdata) === kind)) {
      return rrset as GrowingRRset;
    }
  }
  return undefined;
}

/** The RRsets of an owner by their kind. Sets that came since the last call are added. */
function indexed(many: ManyRRsets, rrsets: readonly RRset[]): Map<number, GrowingRRset> {
  let index = many.get(rrsets);
  if (index === undefined) {
    index = new Map();
    many.set(rrsets, index);
  }
  for (let i = index.size; i < rrsets.length; i++) {
    const rrset = rrsets[i] as GrowingRRset;
    index.set(rrsetKind(rrset.type, rrset.rdatas[0] as Rdata), rrset);
  }
  return index;
}

function isKnown(seen: Map<RRset, Set<Rdata>>, rrset: RRset, rdata: Rdata): boolean {
  const comparable = comparableRdata(rrset.type, rdata);
  if (rrset.rdatas.length < MANY) {
    return rrset.rdatas.some((each) => each === rdata || comparableRdata(rrset.type, each) === comparable);
  }
  let all = seen.get(rrset);
  if (all === undefined) {
    all = new Set(rrset.rdatas.map((each) => comparableRdata(rrset.type, each)));
    seen.set(rrset, all);
  }
  const known = all.has(comparable);
  all.add(comparable);
  return known;
}

function ttlMismatch(record: MasterRecord, before: number): MasterProblem {
  return {
    rule: 'ttl-mismatch',
    severity: 'warning',
    message: `the TTL ${record.ttl} differs from ${before}, which earlier ${typeName(record.type)} records of ${record.owner} have; ${record.ttl} is taken`,
    fix: 'give all records of one owner and type the same TTL',
    file: record.file,
    line: record.line,
    column: record.column,
  };
}
