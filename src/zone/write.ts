import type { DomainName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import { typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { printTtl } from '../dns/ttl.ts';
import type { MapEntryBlock } from './format/block.ts';
import { entryBlock, mapBlock, scalarBlock } from './format/block.ts';
import { printDocument } from './format/print.ts';
import { commentLine, writeOwner } from './write-owner.ts';

/** A name that is to be answered with the addresses of another. */
export interface NewAlias {
  readonly owner: DomainName;
  /** Seconds. */
  readonly ttl: number;
  /** As it is to be written. */
  readonly target: string;
}

/** The comments of one owner, line by line and without `#`; an empty string parts two paragraphs. */
export interface OwnerComments {
  /** Those above the owner. */
  readonly above: readonly string[];
  /** Those around its types and values, in any order. */
  readonly around: readonly CommentsAround[];
}

/** The comments around one value, or above a type. */
export interface CommentsAround {
  /** The code of the type. */
  readonly type: number;
  /** The value; `undefined`: the type as a whole. */
  readonly rdata: Rdata | undefined;
  readonly above: readonly string[];
  /** What stands behind the value on its line; an empty string for nothing. */
  readonly behind: string;
}

/** A zone that is to become a document, as an import or the REST shim has it. */
export interface NewDocument {
  readonly apex: DomainName;
  /** The default TTL in seconds; RRsets with another one say so. */
  readonly ttl: number;
  /** The settings under `soa`, as text, in the order in which they are written; left out where it is empty. */
  readonly soa: ReadonlyMap<string, string>;
  /** Further settings in front of the records (`dnssec: presigned`), as text. */
  readonly settings: ReadonlyMap<string, string>;
  /**
   * Every owner with its RRsets, without the SOA, in the order in which they are written; the apex comes first anyway, and
   * an owner without RRsets is left out.
   */
  readonly names: ReadonlyMap<DomainName, readonly RRset[]>;
  /** Names that are answered with the addresses of others. */
  readonly aliases: readonly NewAlias[];
  /** Comment lines, without `#`, above everything; an empty string parts two paragraphs. */
  readonly header: readonly string[];
  readonly comments: ReadonlyMap<DomainName, OwnerComments>;
  /** Comment lines behind the last owner. */
  readonly tail: readonly string[];
  /** The path to `zone.schema.json` as seen from the document, for editors; `undefined` leaves the line out. */
  readonly schema: string | undefined;
}

/** The order in which types stand under an owner; those not named follow by their mnemonics. */
const TYPE_ORDER = ['NS', 'A', 'AAAA', 'CNAME', 'DNAME', 'MX', 'TXT', 'SRV'];

/** The document of a zone in canonical layout: settings, the apex, then the other names in the order that they come in. */
export function writeDocument(document: NewDocument): string {
  return [...documentChunks(document)].join('');
}

/** The document in pieces, one an owner: a zone of a million records is never held as blocks, or as one text. */
export function* documentChunks(document: NewDocument): Generator<string, void> {
  const { apex, names } = document;
  yield head(document);
  const aliases = new Map(document.aliases.map((alias) => [alias.owner, alias]));
  yield isEmpty(document) ? 'records: {}\n' : 'records:\n';
  const first = names.get(apex) ?? [];
  if (first.length > 0 || aliases.has(apex)) yield ownerText(document, apex, first, aliases.get(apex));
  for (const [owner, rrsets] of names) {
    if (owner === apex || rrsets.length === 0) continue;
    yield ownerText(document, owner, rrsets, aliases.size === 0 ? undefined : aliases.get(owner));
  }
  for (const [owner, alias] of aliases) {
    if (owner !== apex && !names.has(owner)) yield ownerText(document, owner, [], alias);
  }
  for (const line of document.tail) yield `  ${commentLine(line)}\n`;
}

function isEmpty({ names, aliases }: NewDocument): boolean {
  if (aliases.length > 0) return false;
  for (const rrsets of names.values()) if (rrsets.length > 0) return false;
  return true;
}

function head({ schema, header, ttl, soa, settings }: NewDocument): string {
  const lead = header.map(commentLine);
  if (schema !== undefined) lead.unshift(`# yaml-language-server: $schema=${schema}`, ...(lead.length > 0 ? [''] : []));
  if (header.length > 0) lead.push('');
  const entries: MapEntryBlock[] = [entryBlock('ttl', scalarBlock(printTtl(ttl)), lead)];
  if (soa.size > 0) entries.push(entryBlock('soa', mapBlock(textEntries(soa))));
  entries.push(...textEntries(settings));
  return printDocument(mapBlock(entries));
}

function textEntries(texts: ReadonlyMap<string, string>): MapEntryBlock[] {
  return [...texts].map(([key, text]) => entryBlock(key, scalarBlock(text)));
}

function ownerText(
  document: NewDocument,
  owner: DomainName,
  rrsets: readonly RRset[],
  alias: NewAlias | undefined,
): string {
  const comments = document.comments.size === 0 ? undefined : document.comments.get(owner);
  const sorted = rrsets.length > 1 ? rrsets.toSorted((a, b) => compareCodes(a.type, b.type)) : rrsets;
  return writeOwner(document, owner, sorted, alias, comments);
}

/** The order of types under an owner: name servers, addresses, aliases, mail and text first, the others by mnemonic. */
export function compareTypes(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function rank(name: string): number {
  return (TYPE_ORDER.indexOf(name) + TYPE_ORDER.length + 1) % (TYPE_ORDER.length + 1);
}

const ranks = new Map<number, number>();

function compareCodes(a: number, b: number): number {
  return rankOfCode(a) - rankOfCode(b) || (typeName(a) < typeName(b) ? -1 : 1);
}

function rankOfCode(code: number): number {
  let known = ranks.get(code);
  if (known === undefined) {
    known = rank(typeName(code));
    ranks.set(code, known);
  }
  return known;
}
