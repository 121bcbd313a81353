import type { ZoneRRsets } from '../../dns/master/collect.ts';
import type { MasterRecord, RecordComments } from '../../dns/master/run.ts';
import type { DomainName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import { SOA } from '../../dns/types/soa.ts';
import { valueKey } from '../value-text.ts';
import type { OwnerComments, ValueComments } from '../write.ts';

/** The comments of a master file while it is read. */
export interface KeptComments {
  /** Those up to the SOA. */
  readonly header: string[];
  /** All others, by the value that they stand around. */
  readonly values: Map<DomainName, Map<string, ValueComments>>;
}

/** No comments yet. */
export function newComments(): KeptComments {
  return { header: [], values: new Map() };
}

/** Keeps the comments of a record. The SOA becomes settings: what explains its numbers is of no use any more. */
export function keepComments(kept: KeptComments, record: MasterRecord, comments: RecordComments): void {
  const { owner, type, rdata } = record;
  const above = paragraphs(comments.leading);
  if (type === SOA.code) {
    if (kept.header.length > 0 && above.length > 0) kept.header.push('');
    kept.header.push(...above);
    return;
  }
  const behind = paragraphs(comments.trailing).join(' ');
  if (above.length === 0 && behind === '') return;
  let ofOwner = kept.values.get(owner);
  if (ofOwner === undefined) {
    ofOwner = new Map();
    kept.values.set(owner, ofOwner);
  }
  const key = valueKey(type, rdata);
  const earlier = ofOwner.get(key);
  ofOwner.set(key, earlier === undefined ? { above, behind } : joined(earlier, { above, behind }));
}

/** The comments of a record that is there twice. */
function joined(a: ValueComments, b: ValueComments): ValueComments {
  return { above: [...a.above, ...b.above], behind: [a.behind, b.behind].filter((text) => text !== '').join(' ') };
}

/** Lines of comments without the semicolons and blank lines around them; an empty string parts two paragraphs. */
export function paragraphs(lines: readonly string[]): string[] {
  const text: string[] = [];
  for (const line of lines) {
    const bare = line.replace(/^;+/, '').trim();
    if (bare !== '' || (text.length > 0 && text.at(-1) !== '')) text.push(bare);
  }
  if (text.at(-1) === '') text.pop();
  return text;
}

/**
 * The comments where they belong in a document: what stands above the first record of an owner goes above the owner, what
 * stands above the first of another type above that type, all else to its value.
 */
export function placeComments(kept: KeptComments, rrsets: ZoneRRsets): Map<DomainName, OwnerComments> {
  const placed = new Map<DomainName, OwnerComments>();
  for (const [owner, ofOwner] of kept.values) {
    const sets = (rrsets.get(owner) ?? []).filter(({ type }) => type !== SOA.code);
    placed.set(owner, placeOfOwner(ofOwner, sets));
  }
  return placed;
}

function placeOfOwner(comments: Map<string, ValueComments>, rrsets: readonly RRset[]): OwnerComments {
  let above: readonly string[] = [];
  const types = new Map<number, readonly string[]>();
  const values = new Map(comments);
  for (const { type, rdatas } of rrsets) {
    const key = valueKey(type, rdatas[0] as RRset['rdatas'][number]);
    const first = comments.get(key);
    if (first === undefined || first.above.length === 0 || types.has(type)) continue;
    if (type === rrsets[0]?.type) above = first.above;
    else types.set(type, first.above);
    values.set(key, { above: [], behind: first.behind });
  }
  return { above, types, values };
}
