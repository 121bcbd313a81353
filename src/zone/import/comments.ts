import type { ZoneRRsets } from '../../dns/master/collect.ts';
import type { MasterRecord, RecordComments } from '../../dns/master/run.ts';
import type { DomainName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { CommentsAround, OwnerComments } from '../write.ts';

/** The comments of a master file while it is read. */
export interface KeptComments {
  /** Those up to the SOA. */
  header: readonly string[];
  /** All others. */
  readonly owners: Map<DomainName, CommentsAround[]>;
  /** The owner whose comments came last, and they. */
  owner: DomainName | undefined;
  around: CommentsAround[];
}

/** No comments yet. */
export function newComments(): KeptComments {
  return { header: [], owners: new Map(), owner: undefined, around: [] };
}

/** Keeps the comments of a record. The SOA becomes settings: what explains its numbers is of no use any more. */
export function keepComments(kept: KeptComments, record: MasterRecord, comments: RecordComments): void {
  const { owner, type, rdata } = record;
  const above = paragraphs(comments.leading);
  if (type === SOA.code) {
    if (above.length > 0) kept.header = kept.header.length > 0 ? [...kept.header, '', ...above] : above;
    return;
  }
  const behind = oneLine(comments.trailing);
  if (above.length === 0 && behind === '') return;
  if (owner !== kept.owner) {
    kept.owner = owner;
    kept.around = kept.owners.get(owner) ?? [];
    if (kept.around.length === 0) kept.owners.set(owner, kept.around);
  }
  kept.around.push({ type, rdata, above, behind });
}

const NO_LINES: readonly string[] = [];

/** Lines of comments without the semicolons and blank lines around them; an empty string parts two paragraphs. */
export function paragraphs(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return NO_LINES;
  const text: string[] = [];
  for (const line of lines) {
    const bare = withoutSemicolons(line);
    if (bare !== '' || (text.length > 0 && text.at(-1) !== '')) text.push(bare);
  }
  if (text.at(-1) === '') text.pop();
  return text;
}

function oneLine(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return lines.length === 1 ? withoutSemicolons(lines[0] as string) : paragraphs(lines).join(' ');
}

function withoutSemicolons(line: string): string {
  return line.startsWith(';') ? line.replace(/^;+/, '').trim() : line;
}

/**
 * The comments where they belong in a document: what stands above the first record of an owner goes above the owner, what
 * stands above the first of another type above that type, all else to its value.
 */
export function placeComments(kept: KeptComments, rrsets: ZoneRRsets): Map<DomainName, OwnerComments> {
  // In the same map: another one would take as long to fill as the reading took.
  const owners: Map<DomainName, CommentsAround[] | OwnerComments> = kept.owners;
  for (const [owner, around] of kept.owners) owners.set(owner, placeAtOwner(around, rrsets.get(owner) ?? []));
  return owners as Map<DomainName, OwnerComments>;
}

function placeAtOwner(around: CommentsAround[], rrsets: readonly RRset[]): OwnerComments {
  let above = NO_LINES;
  if (around.every((each) => each.above.length === 0)) return { above, around: joined(around) };
  const placed: CommentsAround[] = [];
  const first = rrsets.find(({ type }) => type !== SOA.code);
  for (const each of joined(around)) {
    const { type, rdata, behind } = each;
    const rrset = each.above.length === 0 ? undefined : rrsets.find((other) => other.type === type);
    if (rrset === undefined || rrset.rdatas[0] !== rdata) {
      placed.push(each);
      continue;
    }
    if (rrset === first) above = each.above;
    else placed.push({ type, rdata: undefined, above: each.above, behind: '' });
    if (behind !== '') placed.push({ type, rdata, above: NO_LINES, behind });
  }
  return { above, around: placed };
}

/** The comments of records that are there twice, as one. */
function joined(around: CommentsAround[]): CommentsAround[] {
  if (around.length === 1 || (around.length === 2 && !isSame(around[0], around[1]))) return around;
  const byValue = new Map<string, [CommentsAround, ...CommentsAround[]]>();
  for (const each of around) {
    const key = `${each.type} ${each.rdata}`;
    const same = byValue.get(key);
    if (same === undefined) byValue.set(key, [each]);
    else same.push(each);
  }
  if (byValue.size === around.length) return around;
  return [...byValue.values()].map((same) => ({
    ...same[0],
    above: same.flatMap(({ above }) => above),
    behind: same.flatMap(({ behind }) => (behind === '' ? [] : [behind])).join(' '),
  }));
}

function isSame(a: CommentsAround | undefined, b: CommentsAround | undefined): boolean {
  return a?.type === b?.type && a?.rdata === b?.rdata;
}
