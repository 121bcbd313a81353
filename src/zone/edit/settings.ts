import { DnsSyntaxError } from '../../dns/fault.ts';
import { printTtl } from '../../dns/ttl.ts';
import { entryBlock, listBlock, mapBlock, scalarBlock } from '../format/block.ts';
import { printType } from '../format/print.ts';
import type { MapEntry } from '../yaml/node.ts';
import { quoteScalar } from '../yaml/quote.ts';
import { entryLines, insertLines, lineStart, startsLine, type TextEdit } from './lines.ts';
import type { Editing } from './open.ts';

/** The edits that give a setting another text; `undefined`: it is not set any more. */
export function setSetting(editing: Editing, key: string, value: string | undefined): TextEdit[] {
  const entry = settingEntry(editing, key);
  if (entry !== undefined && value !== undefined && entry.value.kind === 'scalar' && entry.value.style !== 'block') {
    const { start, end, style } = entry.value;
    const spelling = quoteScalar(value, 'block-value');
    return [{ start, end, text: style === 'empty' ? ` ${spelling}` : spelling }];
  }
  const edits = entry === undefined ? [] : [removal(editing, entry)];
  if (value === undefined) return edits;
  const text = key === 'ttl' && /^\d+$/.test(value) ? printTtl(Number(value)) : value;
  return [...edits, insertion(editing, printType(entryBlock(key, scalarBlock(text)), 0))];
}

/** The edits that give a setting a list of values; an empty one is not set any more. */
export function setList(editing: Editing, key: string, values: readonly string[]): TextEdit[] {
  const entry = settingEntry(editing, key);
  const line = printType(entryBlock(key, listBlock(values.map((value) => scalarBlock(value)))), 0);
  if (values.length === 0) return entry === undefined ? [] : [removal(editing, entry)];
  return entry === undefined ? [insertion(editing, line)] : [{ ...removal(editing, entry), text: line }];
}

/** The edits that set fields under `soa:`. */
export function setSoa(editing: Editing, fields: ReadonlyMap<string, string | null>): TextEdit[] {
  const { text } = editing;
  const entry = settingEntry(editing, 'soa');
  const old = entry?.value.kind === 'map' ? entry.value.entries : [];
  if (entry === undefined || entry.value.kind !== 'map' || entry.value.flow || old.length === 0) {
    const next = new Map(old.map(({ key, value }) => [key.text, value.kind === 'scalar' ? value.text : '']));
    for (const [key, value] of fields) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    const block = mapBlock([...next].map(([key, value]) => entryBlock(key, scalarBlock(value))));
    const line = next.size === 0 ? '' : printType(entryBlock('soa', block), 0);
    if (entry === undefined) return line === '' ? [] : [insertion(editing, line)];
    return [{ ...removal(editing, entry), text: line }];
  }
  const edits: TextEdit[] = [];
  const last = old.at(-1) as MapEntry;
  const margin = text.slice(lineStart(text, last.key.start), last.key.start);
  const going = old.filter(({ key }) => fields.get(key.text) === null);
  const coming = [...fields].filter(([key, value]) => value !== null && !old.some((each) => each.key.text === key));
  if (going.length === old.length && coming.length === 0) return [removal(editing, entry)];
  for (const [key, value] of fields) {
    const field = old.find((each) => each.key.text === key);
    if (value === null) {
      if (field !== undefined) edits.push(removal(editing, field));
    } else if (field === undefined) {
      edits.push(
        insertLines(text, entryLines(text, last).end, `${margin}${key}: ${quoteScalar(value, 'block-value')}\n`),
      );
    } else {
      edits.push({ start: field.value.start, end: field.value.end, text: quoteScalar(value, 'block-value') });
    }
  }
  return edits;
}

function settingEntry({ root }: Editing, key: string): MapEntry | undefined {
  return root?.entries.find((each) => each.key.text === key);
}

/** The edit that takes an entry's lines away. */
function removal({ text }: Editing, entry: MapEntry): TextEdit {
  if (!startsLine(text, entry.key.start))
    throw new DnsSyntaxError('the document is written in braces', 'run "zonewright fmt", and change it then');
  const { start, end } = entryLines(text, entry);
  return { start, end, text: '' };
}

/** The edit that puts a line in front of the records. */
function insertion({ text, records }: Editing, line: string): TextEdit {
  return insertLines(text, records === undefined ? text.length : lineStart(text, records.key.start), line);
}
