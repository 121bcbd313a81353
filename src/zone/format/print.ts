import type { Block, ListBlock, MapBlock, MapEntryBlock } from './block.ts';

/** No line is made longer than this by putting things side by side. */
export const WIDTH = 100;

/**
 * Prints a document in canonical layout.
 *
 * Two spaces a level. What is written with braces or brackets stays so where nothing in it has a comment and the line stays
 * within 100 columns, but for `records` and owners with more than one plain value: those are spread, one type a line, so
 * that a change of one value is a change of one line. What is spread over lines stays so.
 */
export function printDocument(document: MapBlock): string {
  const lines: string[] = [];
  for (const entry of document.entries) {
    if (isRecords(entry)) printRecords(entry, lines);
    else printEntry(entry, 0, lines, fitsFlow);
  }
  pushComments(document.tail, '', lines);
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Prints one owner of `records` at an indentation, its comments included. */
export function printOwner(owner: MapEntryBlock, indent: number): string {
  const lines: string[] = [];
  printEntry(owner, indent, lines, ownerFits);
  return `${lines.join('\n')}\n`;
}

/** Prints one type of an owner at an indentation, its comments included. */
export function printType(type: MapEntryBlock, indent: number): string {
  const lines: string[] = [];
  printEntry(type, indent, lines, fitsFlow);
  return `${lines.join('\n')}\n`;
}

function isRecords(entry: MapEntryBlock): boolean {
  return entry.key.raw === 'records' && entry.value.kind === 'map';
}

function printRecords(records: MapEntryBlock, lines: string[]): void {
  const map = records.value as MapBlock;
  pushComments(records.lead, '', lines);
  if (map.entries.length === 0 && map.tail.length === 0) {
    lines.push(withTrail('records: {}', records.trail));
    return;
  }
  lines.push(withTrail('records:', records.trail));
  for (const owner of map.entries) printEntry(owner, 2, lines, ownerFits);
  pushComments(map.tail, '  ', lines);
}

/** An owner stands on one line when it has one type with one plain value, or is a CNAME with a waiver and so on. */
function ownerFits(value: Block): boolean {
  return (
    value.kind === 'scalar' ||
    (value.kind === 'map' && value.entries.length <= 2 && value.entries.every(plainType) && fitsFlow(value))
  );
}

function plainType(type: MapEntryBlock, at: number): boolean {
  return at === 0 ? type.value.kind === 'scalar' : type.key.raw === 'waive';
}

/** Nothing in it has a comment and every scalar has a spelling for it: it could stand on one line. */
function fitsFlow(value: Block): boolean {
  switch (value.kind) {
    case 'scalar':
      return value.spelling.flow !== undefined;
    case 'map':
      return (
        value.tail.length === 0 &&
        value.entries.every((entry, at) => entry.key.flow !== undefined && bare(entry, at) && fitsFlow(entry.value))
      );
    case 'list':
      return value.tail.length === 0 && value.items.every((item, at) => bare(item, at) && fitsFlow(item.value));
  }
}

function bare(part: { lead: readonly string[]; trail: string }, at: number): boolean {
  // A blank line before the first entry of a map says nothing once the map stands on one line.
  return part.trail === '' && (part.lead.length === 0 || (at === 0 && part.lead.every((line) => line === '')));
}

function printEntry(entry: MapEntryBlock, indent: number, lines: string[], mayFlow: (value: Block) => boolean): void {
  const margin = ' '.repeat(indent);
  pushComments(entry.lead, margin, lines);
  printValue(`${margin}${entry.key.raw}:`, entry.value, entry.trail, indent, lines, mayFlow);
}

function printValue(
  head: string,
  value: Block,
  trail: string,
  indent: number,
  lines: string[],
  mayFlow: (value: Block) => boolean,
): void {
  const empty =
    (value.kind === 'map' && value.entries.length === 0) || (value.kind === 'list' && value.items.length === 0);
  if (value.kind === 'scalar' || (empty && fitsFlow(value))) {
    const text = value.kind === 'scalar' ? value.spelling.raw : printFlow(value);
    lines.push(withTrail(text === '' ? head : `${head} ${text}`, trail));
    return;
  }
  if (value.flow && mayFlow(value)) {
    const line = `${head} ${printFlow(value)}`;
    if (line.length <= WIDTH) {
      lines.push(withTrail(line, trail));
      return;
    }
  }
  lines.push(withTrail(head, trail));
  if (value.kind === 'map') printMapBody(value, indent + 2, lines);
  else printListBody(value, indent + 2, lines);
}

function printMapBody(map: MapBlock, indent: number, lines: string[]): void {
  for (const entry of map.entries) printEntry(entry, indent, lines, fitsFlow);
  pushComments(map.tail, ' '.repeat(indent), lines);
}

function printListBody(list: ListBlock, indent: number, lines: string[]): void {
  const margin = ' '.repeat(indent);
  for (const item of list.items) {
    pushComments(item.lead, margin, lines);
    if (item.value.kind === 'map' && item.value.entries.length > 0 && !flowFits(item.value, indent + 2)) {
      // The first entry shares the dash's line; its own comments would part the two and stand above the dash.
      const [first, ...rest] = item.value.entries as [MapEntryBlock, ...MapEntryBlock[]];
      pushComments(
        [item.trail, ...first.lead].filter((comment) => comment !== ''),
        margin,
        lines,
      );
      printValue(`${margin}- ${first.key.raw}:`, first.value, first.trail, indent + 2, lines, fitsFlow);
      for (const entry of rest) printEntry(entry, indent + 2, lines, fitsFlow);
      pushComments(item.value.tail, ' '.repeat(indent + 2), lines);
    } else {
      printValue(`${margin}-`, item.value, item.trail, indent, lines, fitsFlow);
    }
  }
  pushComments(list.tail, margin, lines);
}

function flowFits(value: Block, indent: number): boolean {
  return value.kind !== 'scalar' && value.flow && fitsFlow(value) && indent + printFlow(value).length <= WIDTH;
}

function printFlow(value: Block): string {
  switch (value.kind) {
    case 'scalar':
      return value.spelling.flow ?? '';
    case 'map':
      return value.entries.length === 0
        ? '{}'
        : `{ ${value.entries.map((entry) => `${entry.key.flow}: ${printFlow(entry.value)}`).join(', ')} }`;
    case 'list':
      return `[${value.items.map((item) => printFlow(item.value)).join(', ')}]`;
  }
}

function withTrail(line: string, trail: string): string {
  return trail === '' ? line : `${line}  ${trail}`;
}

/** Comment lines at an indentation; blank lines never stand twice in a row. */
function pushComments(comments: readonly string[], margin: string, lines: string[]): void {
  for (const comment of comments) {
    if (comment !== '') lines.push(`${margin}${comment}`);
    else if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
  }
}
