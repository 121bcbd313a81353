import { ownersInOrder } from '../dns/master/order.ts';
import type { DomainName } from '../dns/name.ts';
import { relativeName } from '../dns/name.ts';
import { octets, type Rdata, toText } from '../dns/octets.ts';
import { rdataNames, rdataToText, typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { printTtl } from '../dns/ttl.ts';
import { formOf } from './document/form.ts';
import { textRdata } from './document/text.ts';
import type { Block, MapEntryBlock } from './format/block.ts';
import { entryBlock, listBlock, mapBlock, scalarBlock } from './format/block.ts';
import { printDocument, printOwner } from './format/print.ts';

/** A name that is to be answered with the addresses of another. */
export interface NewAlias {
  readonly owner: DomainName;
  /** Seconds. */
  readonly ttl: number;
  /** As it is to be written. */
  readonly target: string;
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
  /** Every owner with its RRsets, without the SOA. */
  readonly names: ReadonlyMap<DomainName, readonly RRset[]>;
  /** Names that are answered with the addresses of others. */
  readonly aliases: readonly NewAlias[];
  /** Comment lines, without `#`, that stand above an owner; `undefined` is the key of those above the document. */
  readonly comments: ReadonlyMap<DomainName | undefined, readonly string[]>;
  /** Comments behind values, without `#`, by {@link noteKey}. */
  readonly notes: ReadonlyMap<string, string>;
  /** The path to `zone.schema.json` as seen from the document, for editors; `undefined` leaves the line out. */
  readonly schema: string | undefined;
}

const RRSIG = 46;

/** The order in which types stand under an owner; those not named follow by their mnemonics. */
const TYPE_ORDER = ['NS', 'A', 'AAAA', 'CNAME', 'DNAME', 'MX', 'TXT', 'SRV'];

/** The key of the comment behind a value. */
export function noteKey(owner: DomainName, type: number, rdata: Rdata): string {
  return `${owner} ${type} ${rdata}`;
}

/** The document of a zone in canonical layout: apex first, then the names in canonical order. */
export function writeDocument(document: NewDocument): string {
  return [...documentChunks(document)].join('');
}

/** The document in pieces, one an owner: a zone of a million records is never held as blocks, or as one text. */
export function* documentChunks(document: NewDocument): Generator<string, void> {
  const head: string[] = [];
  if (document.schema !== undefined) head.push(`# yaml-language-server: $schema=${document.schema}`);
  head.push(...commentLines(document.comments.get(undefined)));
  const entries: MapEntryBlock[] = [entryBlock('ttl', scalarBlock(printTtl(document.ttl)), head)];
  if (document.soa.size > 0) entries.push(entryBlock('soa', mapBlock(textEntries(document.soa))));
  entries.push(...textEntries(document.settings));
  yield printDocument(mapBlock(entries));
  const aliases = new Map(document.aliases.map((alias) => [alias.owner, alias]));
  const owners = new Set([...document.names.keys(), ...aliases.keys()]);
  yield owners.size === 0 ? 'records: {}\n' : 'records:\n';
  for (const owner of ownersInOrder(document.apex, owners)) {
    const types = typeEntries(document.names.get(owner) ?? [], document);
    const alias = aliases.get(owner);
    if (alias !== undefined) types.push(aliasEntry(alias, document));
    yield printOwner(ownerEntry(owner, types, document), 2);
  }
}

function textEntries(texts: ReadonlyMap<string, string>): MapEntryBlock[] {
  return [...texts].map(([key, text]) => entryBlock(key, scalarBlock(text)));
}

function ownerEntry(owner: DomainName, types: MapEntryBlock[], document: NewDocument): MapEntryBlock {
  const lead = commentLines(document.comments.get(owner));
  return entryBlock(relativeName(owner, document.apex), { ...mapBlock(types), flow: types.length === 1 }, lead);
}

function aliasEntry({ ttl, target }: NewAlias, document: NewDocument): MapEntryBlock {
  const value = scalarBlock(target);
  const own = mapBlock([entryBlock('ttl', scalarBlock(printTtl(ttl))), entryBlock('value', value)]);
  return entryBlock('ALIAS', ttl === document.ttl ? value : own);
}

function commentLines(comments: readonly string[] | undefined): string[] {
  return (comments ?? []).map((comment) =>
    comment === '' ? '#' : `# ${comment.replace(/[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]/g, ' ')}`,
  );
}

function typeEntries(rrsets: readonly RRset[], document: NewDocument): MapEntryBlock[] {
  return [...rrsets]
    .sort((a, b) => compareTypes(typeName(a.type), typeName(b.type)))
    .map((rrset) => typeEntry(rrset, document));
}

/** The order of types under an owner: name servers, addresses, aliases, mail and text first, the others by mnemonic. */
export function compareTypes(a: string, b: string): number {
  const rank = (name: string): number => (TYPE_ORDER.indexOf(name) + TYPE_ORDER.length + 1) % (TYPE_ORDER.length + 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function typeEntry(rrset: RRset, document: NewDocument): MapEntryBlock {
  const { owner, type, ttl, rdatas } = rrset;
  const notes = rdatas.map((rdata) => trailOf(document.notes.get(noteKey(owner, type, rdata))));
  const noted = notes.some((note) => note !== '');
  const values = rdatas.map((rdata) => scalarBlock(valueText(type, rdata, document.apex)));
  const list = { ...listBlock(values), flow: !noted };
  const block: Block =
    values.length === 1
      ? (values[0] as Block)
      : { ...list, items: list.items.map((item, i) => ({ ...item, trail: notes[i] ?? '' })) };
  // Signatures live as long as what they cover, whatever is written.
  const own = ttl !== document.ttl && type !== RRSIG;
  const value = own ? mapBlock([entryBlock('ttl', scalarBlock(printTtl(ttl))), entryBlock('values', block)]) : block;
  return { ...entryBlock(typeName(type), value), trail: values.length === 1 ? (notes[0] ?? '') : '' };
}

function trailOf(note: string | undefined): string {
  return note === undefined ? '' : (commentLines([note])[0] ?? '');
}

/** One value as a person would write it in the zone's document. */
export function valueText(type: number, rdata: Rdata, apex: DomainName): string {
  const text = formOf(typeName(type))?.text === true ? plainText(rdata) : undefined;
  if (text !== undefined) return text;
  // A relative name with a dot inside could be taken for a name somewhere else, so only single labels are relative.
  const short = rdataNames(type, rdata).every((name) => !relativeName(name, apex).slice(0, -1).includes('.'));
  return short ? rdataToText(type, rdata, apex) : rdataToText(type, rdata);
}

/**
 * The text that reads as these very character strings: valid UTF-8 in as few strings as hold it, without control
 * characters, not beginning with a quote, and without white space at its ends. `undefined` where there is none.
 */
function plainText(rdata: Rdata): string | undefined {
  let text = '';
  for (let at = 0; at < rdata.length; at += 1 + rdata.charCodeAt(at)) {
    text += rdata.slice(at + 1, at + 1 + rdata.charCodeAt(at));
  }
  const plain = toText(octets(text));
  if (plain === undefined || plain === '' || /^["\s]|\s$|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/u.test(plain))
    return undefined;
  return textRdata(plain) === rdata ? plain : undefined;
}
