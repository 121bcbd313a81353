import { DnsSyntaxError } from '../../dns/fault.ts';
import { type DomainName, displayName, relativeName } from '../../dns/name.ts';
import { amendZone } from '../amend/amend.ts';
import { newReport } from '../document/report.ts';
import { entryBlock, mapBlock } from '../format/block.ts';
import { findComments } from '../format/comments.ts';
import { printOwner, printType } from '../format/print.ts';
import { compareTypes } from '../write.ts';
import type { MapEntry, MapNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import type { Zone } from '../zone.ts';
import { newTypeBlock } from './blocks.ts';
import type { Changed, ZoneChange } from './change.ts';
import type { TextEdit } from './lines.ts';
import { applyTextEdits, entryLines, insertLines, lineEnd, lineStart, removeLines, startsLine } from './lines.ts';
import { type Editing, openDocument, openNear, ownerOf } from './open.ts';
import { replaceValues } from './replace.ts';
import { reprintOwner } from './reprint.ts';
import { setList, setSetting, setSoa } from './settings.ts';

/**
 * Changes a zone document as a person would: only the lines of what a change names become others, and every comment,
 * blank line, quote and place of everything else stays as it is.
 *
 * New owners go where the document's order wants them, or to the end where it has none. A document that is not good YAML
 * is refused, as is a change of what anchors and aliases share. Changes are made one after the other. Where the zone that the
 * text declares is `known`, only the entries are read that a change is about.
 */
export function changeDocument(text: string, apex: DomainName, changes: readonly ZoneChange[], known?: Zone): Changed {
  let current = text;
  let zone = known?.source.text === text ? known : undefined;
  let pending: TextEdit[] = [];
  const touched = new Set<DomainName>();
  let editing: Editing | undefined;
  const settle = (): void => {
    current = applyTextEdits(current, pending);
    pending = [];
    touched.clear();
    editing = undefined;
  };
  const open = (from: number): Editing => {
    zone = zone && amendZone(zone, current)?.zone;
    return (zone && openNear(zone, changes.slice(from))) ?? openDocument(current, apex);
  };
  try {
    for (const [i, change] of changes.entries()) {
      // What moves more than one owner's own lines, and a second change of one owner, need the text as it is by then.
      if (pending.length > 0 && (!isLocal(editing, change) || touched.has(change.owner))) settle();
      editing ??= open(i);
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

function editsFor(editing: Editing, change: ZoneChange): TextEdit[] {
  if (change.kind === 'set') return setSetting(editing, change.key, change.text);
  if (change.kind === 'set-list') return setList(editing, change.key, change.values);
  if (change.kind === 'set-soa') return setSoa(editing, change.fields);
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
  const before = editing.placeFor(owner);
  const at = before === undefined ? lineEnd(text, records.key.end) : entryLines(text, before).end;
  return [insertLines(text, at, printOwner(block, indent))];
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
