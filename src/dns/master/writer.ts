import type { DomainName } from '../name.ts';
import { relativeName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { canonicalRdata, genericText, portableTypeName, rdataToText, typeName } from '../rdata.ts';
import type { RRset } from '../rrset.ts';
import { printTtl } from '../ttl.ts';
import { canonicalOrder } from './order.ts';
import { rrsetKind } from './ttl.ts';

/** What the lines of a master file hang on beside their records. */
export interface ZoneHead {
  readonly apex: DomainName;
  /** The TTL of `$TTL`, in seconds; only other TTLs are written. */
  readonly defaultTtl: number;
}

/** A zone as it is written: its RRsets in the order of the file. */
export interface ZoneToWrite extends ZoneHead {
  readonly rrsets: Iterable<RRset>;
}

const SOA = 6;
const NS = 2;
const SPACE = 32;

/** Where TTL, type and rdata begin. What is longer pushes on the rest of its own line only. */
const TTL_COLUMN = 24;
const TYPE_COLUMN = 32;
const DATA_COLUMN = 40;

/** From how many characters on a chunk is handed out. */
const CHUNK = 1 << 16;

/**
 * Writes a master file (RFC 1035 section 5), in ASCII, in pieces of about 64 KB.
 *
 * The same RRsets in the same order give the same octets: no dates, no versions, no column that hangs on another line; one
 * record changed is one line changed. Names at or below the apex are relative. A type that not every name server knows is
 * written as RFC 3597 says. Throws `DnsSyntaxError` where rdata is not of its type.
 */
export function* masterChunks(zone: ZoneToWrite): Generator<string, void> {
  const { apex } = zone;
  let chunk = masterHead(zone);
  let owner: DomainName | undefined;
  let first = '';
  for (const rrset of zone.rrsets) {
    if (rrset.owner !== owner) {
      owner = rrset.owner;
      first = ownerColumn(owner, apex);
    }
    chunk += rrsetText(rrset, first, zone);
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

/** What a master file begins with. */
export function masterHead({ apex, defaultTtl }: ZoneHead): string {
  return `$ORIGIN ${apex}\n$TTL ${defaultTtl}\n`;
}

/** What each line of an owner begins with, but the continued ones of its SOA, which begin with a space. */
export function ownerColumn(owner: DomainName, apex: DomainName): string {
  return column(relativeName(owner, apex), TTL_COLUMN);
}

/** A line up to its rdata. */
export function linePrefix(
  { type, ttl }: Pick<RRset, 'type' | 'ttl'>,
  first: string,
  { defaultTtl }: ZoneHead,
): string {
  return column(column(first + (ttl === defaultTtl ? '' : ttl), TYPE_COLUMN) + portableTypeName(type), DATA_COLUMN);
}

/** The whole master file as one text, for zones that are known to be small. */
export function masterText(zone: ZoneToWrite): string {
  return [...masterChunks(zone)].join('');
}

/**
 * The RRsets of a zone in the order in which they are written: the apex first, then its descendants in canonical order; of
 * one owner SOA, NS, then the other types by their codes, each followed by its signatures.
 */
export function rrsetsInOrder(apex: DomainName, rrsets: ReadonlyMap<DomainName, readonly RRset[]>): RRset[] {
  const sets = [...rrsets.values()];
  const order = canonicalOrder(apex, [...rrsets.keys()]);
  const result: RRset[] = [];
  for (let i = 0; i < sets.length; i++) {
    const ofOwner = sets[order === undefined ? i : (order[i] as number)] as readonly RRset[];
    if (ofOwner.length === 1) result.push(ofOwner[0] as RRset);
    else for (const rrset of inTypeOrder(ofOwner)) result.push(rrset);
  }
  return result;
}

/** The RRsets of one owner in the order in which they are written. */
export function inTypeOrder(rrsets: readonly RRset[]): readonly RRset[] {
  const ranks = rrsets.map(rank);
  for (let i = 1; i < ranks.length; i++) {
    if ((ranks[i - 1] as number) > (ranks[i] as number)) return rrsets.toSorted((a, b) => rank(a) - rank(b));
  }
  return rrsets;
}

function rank({ type, rdatas }: RRset): number {
  const kind = rrsetKind(type, rdatas[0] as Rdata);
  const signature = kind === type ? 0 : 1;
  const of = signature === 0 ? type : kind % 65536;
  return (of === SOA ? 0 : of === NS ? 1 : of + 2) * 2 + signature;
}

/** The lines of an RRset; `first` is what {@link ownerColumn} gives for its owner. */
export function rrsetText(rrset: RRset, first: string, zone: ZoneHead): string {
  const { type, rdatas } = rrset;
  const generic = portableTypeName(type) !== typeName(type);
  const prefix = linePrefix(rrset, first, zone);
  let text = '';
  for (const rdata of inCanonicalOrder(type, rdatas)) {
    if (type === SOA) text += prefix + soaText(rdataToText(type, rdata, zone.apex));
    else text += `${prefix}${generic ? genericText(rdata) : rdataToText(type, rdata, zone.apex)}\n`;
  }
  return text;
}

const blanks = Array.from({ length: DATA_COLUMN + 1 }, (_, length) => ' '.repeat(length));

/** The text filled up to a column; behind text that is too long for it stands one space. */
function column(text: string, width: number): string {
  if (text.length < width) return text + (blanks[width - text.length] as string);
  return text.charCodeAt(text.length - 1) === SPACE ? text : `${text} `;
}

function inCanonicalOrder(type: number, rdatas: readonly Rdata[]): readonly Rdata[] {
  if (rdatas.length === 1) return rdatas;
  const keyed = rdatas.map((rdata) => ({ rdata, key: canonicalRdata(type, rdata) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.rdata < b.rdata ? -1 : 1));
  return keyed.map(({ rdata }) => rdata);
}

/** The rdata of a SOA record over several lines, with what each number means. */
function soaText(rdata: string): string {
  const [mname, rname, ...numbers] = rdata.split(' ') as [string, string, ...string[]];
  const labels = ['serial', 'refresh', 'retry', 'expire', 'minimum'];
  let text = `${mname} ${rname} (\n`;
  for (const [i, label] of labels.entries()) {
    const number = numbers[i] as string;
    const time = i === 0 ? number : printTtl(Number(number));
    const last = i === labels.length - 1;
    text += `${' '.repeat(DATA_COLUMN)}${(last ? `${number} )` : number).padEnd(12)} ; ${label}${time === number ? '' : ` (${time})`}\n`;
  }
  return text;
}
