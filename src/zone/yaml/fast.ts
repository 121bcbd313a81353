import {
  AT,
  COLON,
  CR,
  DASH,
  DOT,
  DOUBT,
  HASH,
  isMarker,
  keepMember,
  LF,
  OPEN_BRACE,
  OPEN_BRACKET,
  type Reader,
  type Rescue,
  SPACE,
  STAR,
  STOP,
} from './cursor.ts';
import { readFlow } from './fast-flow.ts';
import { readScalar } from './fast-scalar.ts';
import { addEntry, isNewKey, type KeyTable, keyTable } from './keys.ts';
import { MAX_DEPTH } from './limits.ts';
import {
  type MapEntry,
  type MapNode,
  mapNode,
  type ScalarNode,
  type SeqNode,
  scalarNode,
  seqNode,
  type YamlNode,
} from './node.ts';
import { MAX_PROBLEMS, type YamlProblem } from './problem.ts';
import type { EntryConsumer, OpenStream } from './stream.ts';

/** `yaml` refuses block keys whose colon is more than 1024 characters away (section 7.4.2); doubt begins well before. */
const MAX_KEY = 1000;

/** How far the fast reader came. */
export type FastReading =
  | { readonly done: true; readonly root: YamlNode }
  /** It stepped aside at `at`: what it handed over and noted is void. */
  | { readonly done: false; readonly at: number }
  /** Nothing more can be read, nor by another reader: why is noted. */
  | { readonly done: 'stopped' };

/**
 * Reads the YAML that people and formatters write: maps and lists in block and flow style, scalars on one line, comments.
 *
 * For everything else (anchors, aliases, tags, block scalars, scalars over several lines, directives, documents after the
 * first, explicit keys, tabs, anything wrong) it steps aside, and so it has no syntax errors of its own; `rescue` may take
 * over single entries of the outer maps. What it accepts, it reads exactly as the general reader does. Expects a text
 * without control characters (`checkCharacters`). Repeated keys are noted in `problems`.
 */
export function readFast(
  text: string,
  problems: YamlProblem[],
  stream: OpenStream | undefined,
  rescue: Rescue | undefined,
): FastReading {
  const closed = text.endsWith('\n') ? text : `${text}\n`;
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const r: Reader = {
    text: closed,
    length: closed.length,
    pos: start,
    lineStart: start,
    indent: 0,
    members: 0,
    problems,
    stream,
    rescue,
  };
  try {
    return { done: true, root: readDocument(r) };
  } catch (error) {
    if (error === STOP) return { done: 'stopped' };
    if (error !== DOUBT) throw error;
    return { done: false, at: Math.min(r.pos, text.length) };
  }
}

function readDocument(r: Reader): YamlNode {
  const start = r.pos;
  moveToContent(r, true);
  if (r.indent === -1) return scalarNode('', start, start, 'empty');
  if (r.indent === 0 && isMarker(r.text, r.pos)) {
    if (r.text.charCodeAt(r.pos) !== DASH) throw DOUBT;
    r.pos += 3;
    finishLine(r);
  }
  if (r.indent === -1) throw DOUBT;
  const root = readBlockNode(r, -1, 1, true, undefined);
  if (r.indent !== -1) throw DOUBT;
  return root;
}

/** Moves from the beginning of a line to the first line that is neither blank nor a comment, and to its first character. */
function moveToContent(r: Reader, atStart: boolean): void {
  const { text, length } = r;
  let lineStart = r.pos;
  while (lineStart < length) {
    let i = lineStart;
    let c = text.charCodeAt(i);
    while (c === SPACE) c = text.charCodeAt(++i);
    if (c === LF) {
      lineStart = i + 1;
    } else if (c === CR) {
      lineStart = i + 2;
    } else if (c === HASH) {
      lineStart = text.indexOf('\n', i) + 1;
    } else {
      r.lineStart = lineStart;
      r.indent = i - lineStart;
      r.pos = i;
      if (i === lineStart && !atStart && (c === DASH || c === DOT) && isMarker(text, i)) throw DOUBT;
      return;
    }
  }
  r.lineStart = length;
  r.indent = -1;
  r.pos = length;
}

/** Moves on from the end of a value: only a comment may follow on its line. */
function finishLine(r: Reader): void {
  const { text, pos } = r;
  let i = pos;
  while (text.charCodeAt(i) === SPACE) i++;
  const c = text.charCodeAt(i);
  if (c === LF) r.pos = i + 1;
  else if (c === CR) r.pos = i + 2;
  else if (c === HASH && i > pos) r.pos = text.indexOf('\n', i) + 1;
  else {
    r.pos = i;
    throw DOUBT;
  }
  moveToContent(r, false);
}

/** If the cursor stands before the colon of a key, moves behind it. */
function skipColon(r: Reader): boolean {
  const { text } = r;
  let i = r.pos;
  while (text.charCodeAt(i) === SPACE) i++;
  if (text.charCodeAt(i) !== COLON || text.charCodeAt(i + 1) > SPACE) return false;
  r.pos = i + 1;
  return true;
}

/**
 * Reads the node that begins at the cursor, at the beginning of a line or after a dash, and moves on to the next line of
 * content. `parent` is the column of the collection that holds it; `outer` marks the document's map and the maps right
 * under its keys, whose entries can be rescued. `consume` takes the entries if it is a map.
 */
function readBlockNode(
  r: Reader,
  parent: number,
  depth: number,
  outer: boolean,
  consume: EntryConsumer | undefined,
): YamlNode {
  const { text, pos } = r;
  const c = text.charCodeAt(pos);
  if (c === DASH && text.charCodeAt(pos + 1) <= SPACE) return readBlockSeq(r, pos - r.lineStart, depth);
  if (c === OPEN_BRACE || c === OPEN_BRACKET) {
    const node = readFlow(r, c, parent + 1, 1, depth, consume);
    finishLine(r);
    return node;
  }
  const column = pos - r.lineStart;
  // Without anchors before it, this is a mistake whatever follows, and most likely a name that lacks its quotes.
  if (outer && r.rescue !== undefined && (c === STAR || c === AT))
    return readOuterMap(r, column, depth, undefined, consume);
  const scalar = readScalar(r);
  if (skipColon(r)) {
    return outer ? readOuterMap(r, column, depth, scalar, consume) : readBlockMap(r, column, depth, scalar);
  }
  finishLine(r);
  return scalar;
}

/** Reads the key at the cursor and moves behind its colon. */
function readKey(r: Reader): ScalarNode {
  const key = readScalar(r);
  if (!skipColon(r)) throw DOUBT;
  return key;
}

function readBlockMap(r: Reader, indent: number, depth: number, firstKey: ScalarNode): MapNode {
  if (depth > MAX_DEPTH) throw DOUBT;
  const entries: MapEntry[] = [];
  let keys: KeyTable | undefined;
  let key = firstKey;
  for (;;) {
    if (r.pos - key.start > MAX_KEY) throw DOUBT;
    const value = readMapValue(r, indent, depth, false, undefined);
    keepMember(r);
    keys = addEntry(entries, keys, key, value, r.text, r.problems);
    if (r.indent !== indent) {
      if (r.indent > indent) throw DOUBT;
      return mapNode(entries, firstKey.start, value.end, false);
    }
    key = readKey(r);
  }
}

/** As `readBlockMap`, for a map whose entries begin on lines of their own and may be streamed and rescued. */
function readOuterMap(
  r: Reader,
  indent: number,
  depth: number,
  firstKey: ScalarNode | undefined,
  consume: EntryConsumer | undefined,
): MapNode {
  const start = r.lineStart + indent;
  const entries: MapEntry[] = [];
  const keys = keyTable(r.text);
  let unread = depth === 1;
  let key = firstKey;
  let end = start;
  for (;;) {
    const from = r.lineStart;
    const noted = r.problems.length;
    let value: YamlNode | undefined;
    let streamed = false;
    try {
      key ??= readKey(r);
      if (r.pos - key.start > MAX_KEY) throw DOUBT;
      streamed = unread && key.text === r.stream?.key;
      if (streamed) unread = false;
      value = readMapValue(r, indent, depth, depth === 1, streamed ? r.stream?.consume : undefined);
      if (r.indent > indent) throw DOUBT;
    } catch (error) {
      if (error !== DOUBT || streamed) throw error;
      if (noted >= MAX_PROBLEMS) throw STOP;
      r.problems.length = noted;
      const rescued = r.rescue?.(from, indent, depth);
      if (rescued === undefined) throw error;
      key = rescued.entry?.key;
      value = rescued.entry?.value;
      r.pos = rescued.next;
      moveToContent(r, false);
      if (r.indent > indent) throw DOUBT;
    }
    if (key !== undefined && value !== undefined) {
      end = value.end;
      if (isNewKey(keys, key, r.problems)) {
        if (consume !== undefined) {
          consume(key, value);
          r.members = 0;
        } else {
          keepMember(r);
          entries.push({ key, value });
        }
      }
    }
    if (r.indent !== indent) return mapNode(entries, start, end, false);
    key = undefined;
  }
}

/** Reads what stands behind the colon of a key, or on the lines below, and moves on to the next line of content. */
function readMapValue(
  r: Reader,
  indent: number,
  depth: number,
  outer: boolean,
  consume: EntryConsumer | undefined,
): YamlNode {
  const { text } = r;
  let i = r.pos;
  while (text.charCodeAt(i) === SPACE) i++;
  const c = text.charCodeAt(i);
  if (c === LF || c === CR || c === HASH) {
    finishLine(r);
    if (r.indent > indent) return readBlockNode(r, indent, depth + 1, outer, consume);
    if (r.indent === indent && isDash(r)) return readBlockSeq(r, indent, depth + 1);
    return scalarNode('', i, i, 'empty');
  }
  r.pos = i;
  const value =
    c === OPEN_BRACE || c === OPEN_BRACKET ? readFlow(r, c, indent + 1, 1, depth + 1, consume) : readScalar(r);
  finishLine(r);
  return value;
}

/** Whether an item of a list begins at the cursor. */
function isDash(r: Reader): boolean {
  return r.text.charCodeAt(r.pos) === DASH && r.text.charCodeAt(r.pos + 1) <= SPACE;
}

function readBlockSeq(r: Reader, indent: number, depth: number): SeqNode {
  if (depth > MAX_DEPTH) throw DOUBT;
  const { text, pos: start } = r;
  const items: YamlNode[] = [];
  for (;;) {
    let i = r.pos + 1;
    while (text.charCodeAt(i) === SPACE) i++;
    const c = text.charCodeAt(i);
    let item: YamlNode;
    if (c === LF || c === CR || c === HASH) {
      r.pos++;
      finishLine(r);
      item = r.indent > indent ? readBlockNode(r, indent, depth + 1, false, undefined) : scalarNode('', i, i, 'empty');
    } else {
      r.pos = i;
      item = readBlockNode(r, indent, depth + 1, false, undefined);
    }
    keepMember(r);
    items.push(item);
    if (r.indent > indent) throw DOUBT;
    if (r.indent < indent || !isDash(r)) return seqNode(items, start, item.end, false);
  }
}
