import type { MapNode, ScalarNode, SeqNode, YamlNode } from '../yaml/node.ts';
import { quoteScalar } from '../yaml/quote.ts';
import type { Block, ListBlock, ListItemBlock, MapBlock, MapEntryBlock, Spelling } from './block.ts';
import type { Comment } from './comments.ts';
import { findComments } from './comments.ts';

/** Where the conversion stands: comments are handed out in their order, each exactly once. */
interface Reading {
  readonly text: string;
  readonly comments: readonly Comment[];
  next: number;
  /** The end of what has been read, from which blank lines are counted. */
  at: number;
}

/**
 * Turns a document's nodes into blocks, with every comment attached to the entry or item it stands above or behind.
 * Scalars keep their spelling; those that run over several lines get one on a single line. `undefined` where anchors,
 * aliases or tags are used: what stands in one place and is meant in several cannot be laid out anew.
 */
export function blocksOf(text: string, root: MapNode): MapBlock | undefined {
  const { comments, anchored } = findComments(text, root);
  if (anchored) return undefined;
  const reading: Reading = { text, comments, next: 0, at: text.charCodeAt(0) === 0xfeff ? 1 : 0 };
  const map = readMap(reading, root);
  const tail = [...map.tail, ...leadUpTo(reading, text.length, 0)];
  return { ...map, tail };
}

function readMap(reading: Reading, node: MapNode): MapBlock {
  const column = node.flow ? 0 : columnOf(reading.text, node.start);
  const entries = node.entries.map(({ key, value }): MapEntryBlock => {
    const lead = leadUpTo(reading, key.start, 0);
    reading.at = key.end;
    return { key: spellingOf(reading.text, key, 'key'), lead, ...readValue(reading, value) };
  });
  return { kind: 'map', flow: node.flow, entries, tail: readTail(reading, node, column) };
}

function readList(reading: Reading, node: SeqNode): ListBlock {
  const column = node.flow ? 0 : columnOf(reading.text, node.start);
  const items = node.items.map((item): ListItemBlock => {
    const lead = leadUpTo(reading, item.start, 0);
    return { lead, ...readValue(reading, item) };
  });
  return { kind: 'list', flow: node.flow, items, tail: readTail(reading, node, column) };
}

/** Comments behind the last child of a collection that are still inside it: before the bracket, or as far indented. */
function readTail(reading: Reading, node: MapNode | SeqNode, column: number): string[] {
  if (!node.flow) return leadUpTo(reading, reading.text.length, column === 0 ? 1 : column, true);
  const tail = leadUpTo(reading, node.end, 0);
  reading.at = Math.max(reading.at, node.end);
  return tail.filter((line) => line !== '');
}

function readValue(reading: Reading, node: YamlNode): { value: Block; trail: string } {
  if (node.kind === 'scalar') {
    reading.at = Math.max(reading.at, node.end);
    return { value: { kind: 'scalar', spelling: spellingOf(reading.text, node, 'value') }, trail: takeTrail(reading) };
  }
  const first = node.kind === 'map' ? node.entries[0]?.key.start : node.items[0]?.start;
  const before = node.flow ? node.start : (first ?? node.start);
  // A comment behind `key:` or behind the opening bracket belongs to the line that opens the collection.
  let trail = takeTrailBefore(reading, before);
  if (node.flow) {
    reading.at = Math.max(reading.at, node.start + 1);
    trail = joinTrails(trail, takeTrailBefore(reading, first ?? node.end - 1));
  }
  const value = node.kind === 'map' ? readMap(reading, node) : readList(reading, node);
  return { value, trail: node.flow ? joinTrails(trail, takeTrail(reading)) : trail };
}

function joinTrails(a: string, b: string): string {
  return a === '' ? b : b === '' ? a : `${a} ${b}`;
}

/** The comment on the line on which what was read last ends. */
function takeTrail(reading: Reading): string {
  const comment = reading.comments[reading.next];
  if (comment === undefined || comment.ownLine || comment.start < reading.at) return '';
  const gap = reading.text.slice(reading.at, comment.start);
  if (/[^\s,]/.test(gap) || gap.includes('\n')) return '';
  reading.next++;
  reading.at = comment.start + comment.text.length;
  return comment.text;
}

/** A comment that is not alone on its line, before the first child of a collection. */
function takeTrailBefore(reading: Reading, limit: number): string {
  const comment = reading.comments[reading.next];
  if (comment === undefined || comment.ownLine || comment.start >= limit) return '';
  reading.next++;
  reading.at = comment.start + comment.text.length;
  return comment.text;
}

/**
 * The comment lines before `limit`, with an empty string for blank lines between them and before what follows. Stops at a
 * comment that is less indented than `column`. With `commentsOnly` nothing is taken where no comment is.
 */
function leadUpTo(reading: Reading, limit: number, column: number, commentsOnly = false): string[] {
  const lead: string[] = [];
  for (let comment = reading.comments[reading.next]; comment !== undefined; comment = reading.comments[reading.next]) {
    if (
      comment.start >= limit ||
      (comment.ownLine && comment.indent < column) ||
      (commentsOnly && !onlyWhite(reading, comment))
    )
      break;
    if (hasBlankLine(reading.text, reading.at, comment.start)) lead.push('');
    lead.push(comment.text);
    reading.next++;
    reading.at = comment.start + comment.text.length;
  }
  if (!commentsOnly && limit < reading.text.length && hasBlankLine(reading.text, reading.at, limit)) lead.push('');
  return lead;
}

/** Between what was read last and the comment there is nothing else of the document. */
function onlyWhite(reading: Reading, comment: Comment): boolean {
  return /^[\s,]*$/.test(reading.text.slice(reading.at, comment.start));
}

function hasBlankLine(text: string, from: number, to: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(from, to));
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** The spelling in the source, as long as it is one line and stays what it is where it is put. */
function spellingOf(text: string, node: ScalarNode, as: 'key' | 'value'): Spelling {
  if (node.style === 'empty') return { raw: '', flow: undefined };
  const raw = text.slice(node.start, node.end);
  if (node.style === 'block' || raw.includes('\n')) {
    return {
      raw: quoteScalar(node.text, as === 'key' ? 'key' : 'block-value'),
      flow: quoteScalar(node.text, as === 'key' ? 'key' : 'flow-value'),
    };
  }
  if (node.style !== 'plain') return { raw, flow: raw };
  return /[,[\]{}]/.test(raw)
    ? {
        raw: as === 'key' ? raw : quoteScalar(node.text, 'block-value'),
        flow: quoteScalar(node.text, as === 'key' ? 'key' : 'flow-value'),
      }
    : { raw, flow: raw };
}
