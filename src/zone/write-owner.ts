import type { DomainName } from '../dns/name.ts';
import { typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { printTtl } from '../dns/ttl.ts';
import type { Block, ListItemBlock, MapEntryBlock } from './format/block.ts';
import { entryBlock, mapBlock, scalarBlock } from './format/block.ts';
import { printOwner } from './format/print.ts';
import { keyText, ownTtl, valueKey, valueText } from './value-text.ts';
import type { NewAlias, NewDocument, OwnerComments } from './write.ts';

/** An owner with its comments and its alias, the types in the order given, as the formatter lays it out. */
export function commentedOwner(
  document: NewDocument,
  owner: DomainName,
  rrsets: readonly RRset[],
  alias: NewAlias | undefined,
  comments: OwnerComments | undefined,
): string {
  const types = rrsets.map((rrset) => typeEntry(rrset, document, comments));
  if (alias !== undefined) types.push(aliasEntry(alias, document));
  const block = { ...mapBlock(types), flow: types.length === 1 };
  return printOwner(entryBlock(keyText(owner, document.apex), block, commentLines(comments?.above ?? [])), 2);
}

function aliasEntry({ ttl, target }: NewAlias, document: NewDocument): MapEntryBlock {
  const value = scalarBlock(target);
  return entryBlock('ALIAS', ttl === document.ttl ? value : withTtl(ttl, 'value', value));
}

function withTtl(ttl: number, key: string, value: Block, lead: readonly string[] = []): Block {
  return mapBlock([entryBlock('ttl', scalarBlock(printTtl(ttl))), entryBlock(key, value, lead)]);
}

function typeEntry(rrset: RRset, document: NewDocument, comments: OwnerComments | undefined): MapEntryBlock {
  const { type, rdatas } = rrset;
  const lead = commentLines(comments?.types.get(type) ?? []);
  const items = rdatas.map((rdata): ListItemBlock => {
    const around = comments?.values.get(valueKey(type, rdata));
    return {
      value: scalarBlock(valueText(type, rdata, document.apex)),
      lead: commentLines(around?.above ?? []),
      trail: around === undefined || around.behind === '' ? '' : (commentLines([around.behind])[0] as string),
    };
  });
  const ttl = ownTtl(rrset, document.ttl);
  const [first] = items as [ListItemBlock];
  if (items.length === 1) {
    const value = ttl === undefined ? first.value : withTtl(ttl, 'value', first.value);
    return { ...entryBlock(typeName(type), value, [...lead, ...first.lead]), trail: first.trail };
  }
  const list: Block = { kind: 'list', flow: true, items, tail: [] };
  return entryBlock(typeName(type), ttl === undefined ? list : withTtl(ttl, 'values', list), lead);
}

/** What no line of a document may hold: control characters, line ends of any kind, halves of surrogate pairs. */
const UNFIT = /[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Lines of comments as they are written: nothing in them ends a line. */
export function commentLines(comments: readonly string[]): string[] {
  return comments.map((comment) => `# ${comment.replace(UNFIT, ' ')}`.trimEnd());
}
