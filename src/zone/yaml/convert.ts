import type { CST, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isNewKey, keyTable } from './keys.ts';
import { yamlLibrary } from './library.ts';
import { MAX_ALIASES, MAX_DEPTH, MAX_EXPANSION } from './limits.ts';
import {
  type MapEntry,
  mapNode,
  type ScalarNode,
  type ScalarStyle,
  scalarNode,
  seqNode,
  type YamlNode,
} from './node.ts';
import { addProblem, type YamlProblem, type YamlProblemCode } from './problem.ts';
import type { EntryConsumer, OpenStream } from './stream.ts';

/** An entry of a map as `yaml` has it. */
export type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

/** What an anchor stands for; `undefined` while its node is being read. */
type Anchored = { readonly node: YamlNode; readonly size: number } | undefined;

/** The turning of `yaml`'s nodes into ours. */
export interface Conversion {
  /** The text that the nodes' places refer to; the place of a node in it is its place in what was parsed plus `shift`. */
  readonly text: string;
  readonly shift: number;
  readonly problems: YamlProblem[];
  readonly anchors: Map<string, Anchored>;
  aliases: number;
  /** Nodes so far, each alias counted as all that it stands for. */
  size: number;
  exhausted: boolean;
}

/** `text` is what the places of the nodes refer to; `shift` is where in it the parsed text begins. */
export function startConversion(text: string, shift: number, problems: YamlProblem[]): Conversion {
  return { text, shift, problems, anchors: new Map(), aliases: 0, size: 0, exhausted: false };
}

/** Turns a node of `yaml` into ours, at `depth` if it is a collection. Of the outermost map one map may be streamed. */
export function convert(
  node: ParsedNode,
  c: Conversion,
  depth: number,
  stream?: OpenStream,
  consume?: EntryConsumer,
): YamlNode {
  const { isAlias, isMap, isScalar } = yamlLibrary();
  const start = node.range[0] + c.shift;
  const end = node.range[1] + c.shift;
  if (isAlias(node)) return resolveAlias(node.source, start, end, c);
  checkTag(node, start, c);
  const before = c.size++;
  if (node.anchor !== undefined) c.anchors.set(node.anchor, undefined);
  let result: YamlNode;
  if (isScalar(node)) {
    result = scalarNode(String(node.source ?? ''), start, end, styleOf(node));
  } else if (depth > MAX_DEPTH) {
    result = tooDeep(start, c);
  } else if (isMap(node)) {
    result = convertMap(node as YAMLMap.Parsed, start, end, c, depth, stream, consume);
  } else {
    result = convertSeq(node as YAMLSeq.Parsed, start, end, c, depth);
  }
  if (node.anchor !== undefined) c.anchors.set(node.anchor, { node: result, size: c.size - before });
  return result;
}

function styleOf(node: Scalar.Parsed): ScalarStyle {
  if (node.type === 'QUOTE_DOUBLE') return 'double';
  if (node.type === 'QUOTE_SINGLE') return 'single';
  if (node.type === 'PLAIN') return node.range[0] === node.range[1] ? 'empty' : 'plain';
  return 'block';
}

function convertMap(
  map: YAMLMap.Parsed,
  start: number,
  end: number,
  c: Conversion,
  depth: number,
  stream: OpenStream | undefined,
  consume: EntryConsumer | undefined,
): YamlNode {
  const entries: MapEntry[] = [];
  const keys = keyTable(c.text);
  let first = start;
  let last = end;
  let unread = stream;
  for (const [index, item] of map.items.entries()) {
    const entry = convertPair(item as ParsedPair, map.flow === true, c, depth, unread);
    if (entry === undefined) continue;
    if (map.flow !== true) {
      if (index === 0) first = entry.key.start;
      last = entry.value.end;
    }
    if (entry.key.text === stream?.key) unread = undefined;
    if (isNewKey(keys, entry.key, c.problems)) {
      if (consume !== undefined) consume(entry.key, entry.value);
      else entries.push(entry);
    }
  }
  return mapNode(entries, first, last, map.flow === true);
}

/** Turns one entry of a map at `depth`; none if its key is no text. */
export function convertPair(
  pair: ParsedPair,
  flow: boolean,
  c: Conversion,
  depth: number,
  stream?: OpenStream,
): MapEntry | undefined {
  const { isMap, isScalar } = yamlLibrary();
  const { key: keyNode, value: valueNode } = pair;
  if (!flow && colonIsBelow(pair)) {
    const place = keyNode.range[0] + c.shift;
    const fix = 'write the colon right behind the key, on its line';
    note(c, 'syntax', place, keyNode.range[1] + c.shift, 'the colon of this key is on another line', fix);
  }
  let key: ScalarNode | undefined;
  if (isScalar(keyNode)) {
    key = convert(keyNode, c, depth + 1) as ScalarNode;
    if (key.style === 'empty') {
      note(
        c,
        'empty-key',
        key.start,
        key.start + 1,
        'there is nothing before the colon',
        'write a key, or "" for an empty one',
      );
      key = undefined;
    }
  } else {
    complexKey(keyNode, c);
  }
  let value: YamlNode;
  if (valueNode === null) {
    const place = keyNode.range[1] + c.shift;
    value = scalarNode('', place, place, 'empty');
  } else {
    const consume = stream !== undefined && key?.text === stream.key && isMap(valueNode) ? stream.consume : undefined;
    value = convert(valueNode, c, depth + 1, undefined, consume);
  }
  return key && { key, value };
}

/** `yaml` lets `key` and `:` stand on two lines in places; YAML does not (section 7.4.2), except behind a `?`. */
function colonIsBelow(pair: ParsedPair): boolean {
  const { start = [], sep = [] } = (pair.srcToken ?? {}) as { start?: CST.SourceToken[]; sep?: CST.SourceToken[] };
  if (start.some((token) => token.type === 'explicit-key-ind')) return false;
  for (const { type } of sep) {
    if (type === 'map-value-ind') return false;
    if (type === 'newline') return true;
  }
  return false;
}

function convertSeq(seq: YAMLSeq.Parsed, start: number, end: number, c: Conversion, depth: number): YamlNode {
  const items: YamlNode[] = [];
  let last = end;
  for (const item of seq.items) {
    const node = convert(item as ParsedNode, c, depth + 1);
    items.push(node);
    if (seq.flow !== true) last = node.end;
  }
  return seqNode(items, start, last, seq.flow === true);
}

/** An alias gives what its anchor stands for, at its own place; the parts are shared, not copied. */
function resolveAlias(name: string, start: number, end: number, c: Conversion): YamlNode {
  const nothing = scalarNode('', start, end, 'empty');
  const target = c.anchors.get(name);
  if (target === undefined) {
    const inside = c.anchors.has(name);
    note(
      c,
      'alias',
      start,
      end,
      inside ? `*${name} stands inside the value that it refers to` : `*${name} refers to a value that is not there`,
      inside
        ? 'write the value instead of the alias'
        : `put it in quotes if it is a name or text ("*${name}"); otherwise mark the value that is meant with &${name}`,
    );
    return nothing;
  }
  c.aliases++;
  c.size += target.size;
  if (c.aliases > MAX_ALIASES || c.size > MAX_EXPANSION) {
    if (!c.exhausted) {
      c.exhausted = true;
      note(
        c,
        'alias-limit',
        start,
        end,
        `the aliases of this file stand for too much (at most ${MAX_ALIASES} aliases and ${MAX_EXPANSION} values)`,
        'write the values out, or use a template',
      );
    }
    return nothing;
  }
  return { ...target.node, start, end };
}

function checkTag(node: ParsedNode, start: number, c: Conversion): void {
  const { isAlias, isScalar } = yamlLibrary();
  if (isAlias(node) || node.tag === undefined) return;
  if (isScalar(node) && node.tag === 'tag:yaml.org,2002:str') return;
  let at = Math.max(c.text.lastIndexOf('!', start), 0);
  while (at > 0 && c.text[at - 1] === '!') at--;
  let end = at + 1;
  while (end < start && !/[\s,[\]{}]/.test(c.text.charAt(end))) end++;
  note(
    c,
    'tag',
    at,
    end,
    'a tag (!) gives the value a type, but everything in this file is text',
    'delete the tag, or put the value in quotes if the exclamation mark belongs to it',
  );
}

function complexKey(keyNode: ParsedNode, c: Conversion): void {
  const start = keyNode.range[0] + c.shift;
  const end = keyNode.range[1] + c.shift;
  if (yamlLibrary().isAlias(keyNode)) {
    note(
      c,
      'complex-key',
      start,
      end,
      'a key that begins with * is an alias',
      `put the key in quotes: "*${keyNode.source.replace(/:$/, '')}"`,
    );
  } else {
    note(
      c,
      'complex-key',
      start,
      end,
      'a key cannot be a map or a list',
      'write a text as the key, in quotes if it has braces',
    );
  }
}

function tooDeep(start: number, c: Conversion): ScalarNode {
  note(
    c,
    'too-deep',
    start,
    start + 1,
    `maps and lists are nested more than ${MAX_DEPTH} deep`,
    'write the value less nested',
  );
  return scalarNode('', start, start, 'empty');
}

function note(c: Conversion, code: YamlProblemCode, start: number, end: number, message: string, fix: string): void {
  addProblem(c.problems, { code, message, fix, start, end });
}
