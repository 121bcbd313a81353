import type { DomainName } from '../dns/name.ts';
import { canonicalKey, relativeName } from '../dns/name.ts';
import { octets, type Rdata, toText } from '../dns/octets.ts';
import { rdataNames, rdataToText, typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { printTtl } from '../dns/ttl.ts';
import { formOf } from './document/form.ts';
import { textRdata } from './document/text.ts';
import type { Block, MapEntryBlock } from './format/block.ts';
import { entryBlock, listBlock, mapBlock, scalarBlock } from './format/block.ts';
import { printDocument } from './format/print.ts';

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
  /** Comment lines, without `#`, that stand above an owner; `undefined` is the key of those above the document. */
  readonly comments: ReadonlyMap<DomainName | undefined, readonly string[]>;
  /** The path to `zone.schema.json` as seen from the document, for editors; `undefined` leaves the line out. */
  readonly schema: string | undefined;
}

/** The order in which types stand under an owner; those not named follow by their mnemonics. */
const TYPE_ORDER = ['NS', 'A', 'AAAA', 'CNAME', 'DNAME', 'MX', 'TXT', 'SRV'];

/** The document of a zone in canonical layout: apex first, then the names in canonical order. */
export function writeDocument(document: NewDocument): string {
  const head: string[] = [];
  if (document.schema !== undefined) head.push(`# yaml-language-server: $schema=${document.schema}`);
  head.push(...commentLines(document.comments.get(undefined)));
  const entries: MapEntryBlock[] = [entryBlock('ttl', scalarBlock(printTtl(document.ttl)), head)];
  if (document.soa.size > 0) entries.push(entryBlock('soa', mapBlock(textEntries(document.soa))));
  entries.push(...textEntries(document.settings));
  entries.push(entryBlock('records', mapBlock(ownerEntries(document))));
  return printDocument(mapBlock(entries));
}

function textEntries(texts: ReadonlyMap<string, string>): MapEntryBlock[] {
  return [...texts].map(([key, text]) => entryBlock(key, scalarBlock(text)));
}

function ownerEntries(document: NewDocument): MapEntryBlock[] {
  const keyed = [...document.names].map(([owner, rrsets]) => ({ key: canonicalKey(owner), owner, rrsets }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ owner, rrsets }) =>
    entryBlock(
      relativeName(owner, document.apex),
      mapBlock(typeEntries(rrsets, document)),
      commentLines(document.comments.get(owner)),
    ),
  );
}

function commentLines(comments: readonly string[] | undefined): string[] {
  return (comments ?? []).map((comment) =>
    comment === '' ? '#' : `# ${comment.replace(/[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]/g, ' ')}`,
  );
}

function typeEntries(rrsets: readonly RRset[], document: NewDocument): MapEntryBlock[] {
  return [...rrsets]
    .sort((a, b) => compareTypes(typeName(a.type), typeName(b.type)))
    .map((rrset) => entryBlock(typeName(rrset.type), rrsetBlock(rrset, document)));
}

/** The order of types under an owner: name servers, addresses, aliases, mail and text first, the others by mnemonic. */
export function compareTypes(a: string, b: string): number {
  const rank = (name: string): number => (TYPE_ORDER.indexOf(name) + TYPE_ORDER.length + 1) % (TYPE_ORDER.length + 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function rrsetBlock(rrset: RRset, document: NewDocument): Block {
  const values = rrset.rdatas.map((rdata) => scalarBlock(valueText(rrset.type, rdata, document.apex)));
  const block = values.length === 1 ? (values[0] as Block) : listBlock(values);
  return rrset.ttl === document.ttl
    ? block
    : mapBlock([entryBlock('ttl', scalarBlock(printTtl(rrset.ttl))), entryBlock('values', block)]);
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
  if (plain === undefined || plain === '' || /^["\s]|\s$|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/u.test(plain)) return undefined;
  return textRdata(plain) === rdata ? plain : undefined;
}
