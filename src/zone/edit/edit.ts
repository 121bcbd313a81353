import { DnsSyntaxError } from '../../dns/fault.ts';
import { canonicalKey, type DomainName, displayName, parseName, relativeName } from '../../dns/name.ts';
import { printTtl } from '../../dns/ttl.ts';
import { newReport } from '../document/report.ts';
import { entryBlock, mapBlock, scalarBlock } from '../format/block.ts';
import { findComments } from '../format/comments.ts';
import { printOwner, printType } from '../format/print.ts';
import { compareTypes } from '../write.ts';
import type { MapEntry, MapNode } from '../yaml/node.ts';
import { quoteScalar } from '../yaml/quote.ts';
import { readYaml } from '../yaml/read.ts';
import { newTypeBlock } from './blocks.ts';
import type { Changed, ZoneChange } from './change.ts';
import type { TextEdit } from './lines.ts';
import { applyTextEdits, entryLines, insertLines, lineEnd, lineStart, removeLines, startsLine } from './lines.ts';
import { replaceValues } from './replace.ts';
import { reprintOwner } from './reprint.ts';

/** A document while it is changed: what was read of the text as it is now. */
export interface Editing {
  readonly text: string;
  readonly apex: DomainName;
  readonly root: MapNode | undefined;
  readonly records: MapEntry | undefined;
  /** The entries of each owner; more than one where it is spelt in several ways. */
  readonly owners: ReadonlyMap<DomainName, readonly MapEntry[]>;
}

/**
 * Changes a zone document as a person would: only the lines of what a change names become others, and every comment,
 * blank line, quote and place of everything else stays as it is.
 *
 * New owners go where the document's order wants them, or to the end where it has none. A document that is not good YAML
 * is refused, as is a change of what anchors and aliases share. Changes are made one after the other.
 */
export function changeDocument(text: string, apex: DomainName, changes: readonly ZoneChange[]): Changed {
  let current = text;
  let pending: TextEdit[] = [];
  const touched = new Set<DomainName>();
  let editing: Editing | undefined;
  const settle = (): void => {
    current = applyTextEdits(current, pending);
    pending = [];
    touched.clear();
    editing = undefined;
  };
  try {
    for (const change of changes) {
      // What moves more than one owner's own lines, and a second change of one owner, need the text as it is by then.
      if (pending.length > 0 && (!isLocal(editing, change) || touched.has(change.owner))) settle();
      editing ??= openDocument(current, apex);
      pending.push(...editsFor(editing, change));
      if (isLocal(editing, change)) touched.add(change.owner);
      else settle();
    }
    settle();
  } catch (fault) {
    if (!(fault instanceof DnsSyntaxError)) throw fault;
    return { kind: 'refused', message: fault.message, fix: fault.fix };
  }
  return { kind: 'changed', text: current };
}

/** Whether a change gives values to an owner that is there already: nothing but the owner's own lines moves. */
function isLocal(editing: Editing | undefined, change: ZoneChange): change is ZoneChange & { kind: 'put' } {
  return change.kind === 'put' && change.values.length > 0 && editing?.owners.has(change.owner) === true;
}

function openDocument(text: string, apex: DomainName): Editing {
  const { root, problems } = readYaml(text);
  const problem = problems[0];
  if (problem !== undefined) throw new DnsSyntaxError(`the document cannot be read: ${problem.message}`, problem.fix);
  if (root?.kind !== 'map') {
    if (root !== undefined && !(root.kind === 'scalar' && root.style === 'empty')) {
      throw new DnsSyntaxError('the document is not a map', 'write keys such as "records:"');
    }
    return { text, apex, root: undefined, records: undefined, owners: new Map() };
  }
  const records = root.entries.find((entry) => entry.key.text === 'records');
  const owners = new Map<DomainName, MapEntry[]>();
  for (const entry of records?.value.kind === 'map' ? records.value.entries : []) {
    const owner = ownerOf(entry.key.text, apex);
    if (owner === undefined) continue;
    const entries = owners.get(owner);
    if (entries === undefined) owners.set(owner, [entry]);
    else entries.push(entry);
  }
  return { text, apex, root, records, owners };
}

function ownerOf(key: string, apex: DomainName): DomainName | undefined {
  if (key === '') return apex;
  try {
    return parseName(key, apex);
  } catch {
    return undefined;
  }
}

function editsFor(editing: Editing, change: ZoneChange): TextEdit[] {
  if (change.kind === 'set') return setSetting(editing, change.key, change.text);
  const entries = editing.owners.get(change.owner) ?? [];
  const holder = entries.find((entry) => typeEntry(entry, change.type) !== undefined);
  if (holder === undefined) {
    if (change.kind === 'delete' || change.values.length === 0) return [];
    return addType(editing, entries[0], change);
  }
  refuseShared(editing, holder);
  const type = typeEntry(holder, change.type) as MapEntry;
  if (change.kind === 'delete' || change.values.length === 0) return removeType(editing, holder, type);
  const document = { source: { path: '', text: editing.text }, apex: editing.apex, report: newReport(editing.apex) };
  return replaceValues(editing, document, holder, type, change);
}

/** The entry of a type under an owner. */
export function typeEntry(owner: MapEntry, type: string): MapEntry | undefined {
  return owner.value.kind === 'map' ? owner.value.entries.find((entry) => entry.key.text === type) : undefined;
}

/** What is reached through an alias stands elsewhere too: changing it here would change it there. */
function refuseShared({ text, apex }: Editing, owner: MapEntry): void {
  const { start, end } = entryLines(text, owner);
  const lines = text.slice(start, end);
  const { root, problems } = readYaml(lines);
  if (problems.length === 0 && !findComments(lines, root).anchored) return;
  throw new DnsSyntaxError(
    `${displayName(ownerOf(owner.key.text, apex) ?? apex)} is written with anchors or aliases`,
    'write its records out, without & and *, and change them then',
  );
}

function addType(editing: Editing, owner: MapEntry | undefined, change: ZoneChange & { kind: 'put' }): TextEdit[] {
  const block = entryBlock(change.type, newTypeBlock(change.ttl, change.values));
  if (owner === undefined) return addOwner(editing, change.owner, block);
  refuseShared(editing, owner);
  const { text } = editing;
  if (owner.value.kind !== 'map' || owner.value.flow || owner.value.entries.length === 0) {
    return reprintOwner(editing, owner, (entries) => insertType(entries, block));
  }
  const types = owner.value.entries;
  const next = types.findIndex((type) => type.key.text === 'waive' || compareTypes(type.key.text, change.type) > 0);
  const before = next < 0 ? types.at(-1) : types[next - 1];
  const indent = owner.value.start - lineStart(text, owner.value.start);
  const at = before === undefined ? lineEnd(text, owner.key.end) : entryLines(text, before).end;
  return [insertLines(text, at, printType(block, indent))];
}

function insertType<T extends { readonly key: { readonly raw: string } }>(entries: readonly T[], block: T): T[] {
  const next = entries.findIndex(
    (entry) => entry.key.raw === 'waive' || compareTypes(entry.key.raw, block.key.raw) > 0,
  );
  const at = next < 0 ? entries.length : next;
  return [...entries.slice(0, at), block, ...entries.slice(at)];
}

function addOwner(editing: Editing, owner: DomainName, type: ReturnType<typeof entryBlock>): TextEdit[] {
  const { text, apex, records } = editing;
  const block = entryBlock(relativeName(owner, apex), mapBlock([type]));
  if (records === undefined) return [insertLines(text, text.length, `records:\n${printOwner(block, 2)}`)];
  const map = records.value;
  if (map.kind !== 'map' || map.entries.length === 0) {
    const end = Math.max(records.key.end, map.end);
    const trail = text.slice(end, lineEnd(text, end));
    return [
      {
        start: records.key.start,
        end: lineEnd(text, end),
        text: `records:${trail.trimEnd()}\n${printOwner(block, 2)}`,
      },
    ];
  }
  if (map.flow || !startsLine(text, (map.entries[0] as MapEntry).key.start)) {
    throw new DnsSyntaxError('the records are written in braces', 'run "zonewright fmt", and change them then');
  }
  const indent = map.start - lineStart(text, map.start);
  const before = placeFor(editing, map, owner);
  const at = before === undefined ? lineEnd(text, records.key.end) : entryLines(text, before).end;
  return [insertLines(text, at, printOwner(block, indent))];
}

/** Behind which owner a new one goes: where canonical order wants it if the document keeps to it, else the last. */
function placeFor({ apex }: Editing, map: MapNode, owner: DomainName): MapEntry | undefined {
  const key = canonicalKey(owner);
  let place: MapEntry | undefined;
  let last = '';
  for (const entry of map.entries) {
    const name = ownerOf(entry.key.text, apex);
    const here = name === undefined ? undefined : canonicalKey(name);
    if (here === undefined || here < last) return map.entries.at(-1);
    if (here < key) place = entry;
    last = here;
  }
  return place;
}

function removeType(editing: Editing, owner: MapEntry, type: MapEntry): TextEdit[] {
  const { text, records } = editing;
  const map = owner.value as MapNode;
  const others = map.entries.filter((entry) => entry !== type && entry.key.text !== 'waive');
  if (others.length > 0) {
    if (map.flow || !startsLine(text, type.key.start)) {
      return reprintOwner(editing, owner, (entries) => entries.filter((entry) => entry.key.raw !== type.key.text));
    }
    const { start, end } = entryLines(text, type);
    return [{ start, end, text: '' }];
  }
  const all = records?.value as MapNode;
  if (all.entries.length === 1) {
    const { end } = entryLines(text, owner);
    return [{ start: (records as MapEntry).key.start, end, text: 'records: {}\n' }];
  }
  if (all.flow || !startsLine(text, owner.key.start)) {
    throw new DnsSyntaxError('the records are written in braces', 'run "zonewright fmt", and change them then');
  }
  const { start, end } = entryLines(text, owner);
  return [removeLines(text, start, end)];
}

function setSetting({ text, root, records }: Editing, key: string, value: string | undefined): TextEdit[] {
  const entry = root?.entries.find((each) => each.key.text === key);
  if (entry !== undefined && value !== undefined && entry.value.kind === 'scalar' && entry.value.style !== 'block') {
    const { start, end, style } = entry.value;
    const spelling = quoteScalar(value, 'block-value');
    return [{ start, end, text: style === 'empty' ? ` ${spelling}` : spelling }];
  }
  const edits: TextEdit[] = [];
  if (entry !== undefined) {
    const { start, end } = entryLines(text, entry);
    edits.push({ start, end, text: '' });
  }
  if (value === undefined) return edits;
  const at = records === undefined ? text.length : lineStart(text, records.key.start);
  const line = printType(
    entryBlock(key, scalarBlock(key === 'ttl' && /^\d+$/.test(value) ? printTtl(Number(value)) : value)),
    0,
  );
  return [...edits, insertLines(text, at, line)];
}
