import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  CR,
  DOUBT,
  HASH,
  isMarker,
  keepMember,
  LF,
  OPEN_BRACE,
  OPEN_BRACKET,
  type Reader,
  SPACE,
} from './cursor.ts';
import { readFlowScalar } from './fast-scalar.ts';
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
import type { EntryConsumer } from './stream.ts';

/**
 * Reads the map or list in braces or brackets at the cursor and moves behind it. `indent` is the column that its further
 * lines must reach; only the closing bracket of the outermost (`level` 1) may stand one to the left, as `yaml` allows.
 */
export function readFlow(
  r: Reader,
  open: number,
  indent: number,
  level: number,
  depth: number,
  consume: EntryConsumer | undefined,
): MapNode | SeqNode {
  if (depth > MAX_DEPTH) throw DOUBT;
  return open === OPEN_BRACE ? readFlowMap(r, indent, level, depth, consume) : readFlowSeq(r, indent, level, depth);
}

function readFlowSeq(r: Reader, indent: number, level: number, depth: number): SeqNode {
  const start = r.pos++;
  const items: YamlNode[] = [];
  for (;;) {
    const c = skipFlowSpace(r, indent, level);
    if (c === CLOSE_BRACKET) {
      r.pos++;
      return seqNode(items, start, r.pos, true);
    }
    keepMember(r);
    items.push(readFlowNode(r, c, indent, level, depth, undefined));
    if (skipFlowSpace(r, indent, level) === COMMA) r.pos++;
    else if (r.text.charCodeAt(r.pos) !== CLOSE_BRACKET) throw DOUBT;
  }
}

function readFlowMap(
  r: Reader,
  indent: number,
  level: number,
  depth: number,
  consume: EntryConsumer | undefined,
): MapNode {
  const { text } = r;
  const start = r.pos++;
  const entries: MapEntry[] = [];
  let keys: KeyTable | undefined = consume === undefined ? undefined : keyTable(text);
  let unread = depth === 1;
  for (;;) {
    const c = skipFlowSpace(r, indent, level);
    if (c === CLOSE_BRACE) {
      r.pos++;
      return mapNode(entries, start, r.pos, true);
    }
    const key = readFlowScalar(r);
    const streamed = unread && key.text === r.stream?.key;
    if (streamed) unread = false;
    const value = skipFlowColon(r, key)
      ? readFlowValue(r, indent, level, depth, streamed ? r.stream?.consume : undefined)
      : scalarNode('', key.end, key.end, 'empty');
    if (consume !== undefined && keys !== undefined) {
      if (isNewKey(keys, key, r.problems)) consume(key, value);
      r.members = 0;
    } else {
      keepMember(r);
      keys = addEntry(entries, keys, key, value, text, r.problems);
    }
    if (skipFlowSpace(r, indent, level) === COMMA) r.pos++;
    else if (text.charCodeAt(r.pos) !== CLOSE_BRACE) throw DOUBT;
  }
}

/**
 * If a colon follows the key, moves behind it: behind a plain key it must be followed by white space or the end of the
 * entry, behind a quoted one by anything (section 7.4.2, adjacent values). A colon on a line further down is doubtful.
 */
function skipFlowColon(r: Reader, key: ScalarNode): boolean {
  const { text } = r;
  let i = r.pos;
  while (text.charCodeAt(i) === SPACE) i++;
  if (text.charCodeAt(i) !== COLON) return false;
  const next = text.charCodeAt(i + 1);
  const quotedNear = key.style !== 'plain' && i === key.end;
  if (next > SPACE && next !== COMMA && next !== CLOSE_BRACE && (!quotedNear || next === COLON)) throw DOUBT;
  r.pos = i + 1;
  return true;
}

function readFlowValue(
  r: Reader,
  indent: number,
  level: number,
  depth: number,
  consume: EntryConsumer | undefined,
): YamlNode {
  const { text } = r;
  while (text.charCodeAt(r.pos) === SPACE) r.pos++;
  const empty = r.pos;
  const c = skipFlowSpace(r, indent, level);
  if (c === COMMA || c === CLOSE_BRACE) return scalarNode('', empty, empty, 'empty');
  return readFlowNode(r, c, indent, level, depth, consume);
}

function readFlowNode(
  r: Reader,
  c: number,
  indent: number,
  level: number,
  depth: number,
  consume: EntryConsumer | undefined,
): YamlNode {
  if (c === OPEN_BRACE || c === OPEN_BRACKET) return readFlow(r, c, indent, level + 1, depth + 1, consume);
  return readFlowScalar(r);
}

/** Moves over white space, line ends and comments inside brackets; gives the character that stands there. */
function skipFlowSpace(r: Reader, indent: number, level: number): number {
  const { text } = r;
  let i = r.pos;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === SPACE) {
      i++;
    } else if (c === LF || c === CR) {
      i = skipFlowLineEnd(r, c === LF ? i + 1 : i + 2, indent, level);
    } else if (c === HASH) {
      if (text.charCodeAt(i - 1) > SPACE) throw DOUBT;
      i = text.indexOf('\n', i);
    } else {
      r.pos = i;
      return c;
    }
  }
}

/** Moves to the first character of a line inside brackets and checks its indentation unless it is a comment. */
function skipFlowLineEnd(r: Reader, lineStart: number, indent: number, level: number): number {
  const { text } = r;
  if (lineStart >= r.length) throw DOUBT;
  let i = lineStart;
  while (text.charCodeAt(i) === SPACE) i++;
  const c = text.charCodeAt(i);
  if (c === LF || c === CR || c === HASH) return i;
  const column = i - lineStart;
  const closes = column === indent - 1 && level === 1 && (c === CLOSE_BRACE || c === CLOSE_BRACKET);
  if (column < indent && !closes) throw DOUBT;
  if (column === 0 && isMarker(text, i)) throw DOUBT;
  return i;
}
