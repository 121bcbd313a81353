/**
 * The YAML of a zone document as the rest of zonewright sees it: text with places, never YAML's own types.
 *
 * `start` and `end` are UTF-16 offsets into the text that was read (`end` exclusive); `placeOf` turns them into lines
 * and columns. What was reached through an alias (`*name`) bears the place of the alias, its children those of the
 * anchor: a child outside its parent's range is shared and must not be edited in place.
 *
 * Texts are slices of the document and keep it in memory for as long as they live: copy what outlives the compilation.
 */
export type YamlNode = ScalarNode | MapNode | SeqNode;

/**
 * How a scalar is written; `empty` is nothing at all (`key:` with no value), whose place is where the value would stand.
 */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block' | 'empty';

/**
 * A scalar: `text` is the source text of a plain scalar (`012`, `no`, `1e3`, `~` and `1:30` stay what they are), and the
 * unescaped, unfolded content of a quoted or block scalar.
 */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly style: ScalarStyle;
}

/** One `key: value` of a map. */
export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

/** A map in the order of the document. Keys are unique: a repeated key is a problem and its entry is left out. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: MapEntry[];
  /** The first key, or the opening brace. */
  readonly start: number;
  /** After the last value, or after the closing brace. */
  readonly end: number;
  /** Written with braces. */
  readonly flow: boolean;
}

/** A list in the order of the document. */
export interface SeqNode {
  readonly kind: 'seq';
  readonly items: YamlNode[];
  /** The first dash, or the opening bracket. */
  readonly start: number;
  /** After the last item, or after the closing bracket. */
  readonly end: number;
  /** Written with brackets. */
  readonly flow: boolean;
}

// The nodes of a document are made here and nowhere else, so that each kind has one shape in memory.

/** A scalar. */
export function scalarNode(text: string, start: number, end: number, style: ScalarStyle): ScalarNode {
  return { kind: 'scalar', text, start, end, style };
}

/** A map. */
export function mapNode(entries: MapEntry[], start: number, end: number, flow: boolean): MapNode {
  return { kind: 'map', entries, start, end, flow };
}

/** A list. */
export function seqNode(items: YamlNode[], start: number, end: number, flow: boolean): SeqNode {
  return { kind: 'seq', items, start, end, flow };
}

/** A node at another place: all of its offsets are `by` greater. */
export function moved<N extends YamlNode>(node: N, by: number): N;
export function moved(node: YamlNode, by: number): YamlNode {
  const [start, end] = [node.start + by, node.end + by];
  if (node.kind === 'scalar') return scalarNode(node.text, start, end, node.style);
  if (node.kind === 'seq')
    return seqNode(
      node.items.map((item) => moved(item, by)),
      start,
      end,
      node.flow,
    );
  const entries = node.entries.map(({ key, value }) => ({ key: moved(key, by), value: moved(value, by) }));
  return mapNode(entries, start, end, node.flow);
}
