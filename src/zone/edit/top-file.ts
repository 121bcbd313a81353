import { DnsSyntaxError } from '../../dns/fault.ts';
import { findComments } from '../format/comments.ts';
import type { MapEntry, MapNode, SeqNode, YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import type { Changed } from './change.ts';
import { applyTextEdits, entryLines, insertLines, lineEnd, lineStart, startsLine, type TextEdit } from './lines.ts';

/**
 * Adds an entry to a map of a file such as `nodes.yaml`, behind its last one: `path` names the map by its keys, which are
 * made where they are missing. Nothing else in the file moves. `value` is YAML in flow style, on one line.
 */
export function addEntry(text: string, path: readonly string[], key: string, value: string): Changed {
  return changed(text, (root) => entryEdit(text, root, path, `${flowText(key)}: ${value}`));
}

/** Adds an item to a list in the same way. What is there may be one value alone, which becomes a list of two. */
export function addItem(text: string, path: readonly string[], item: string): Changed {
  return changed(text, (root) => {
    const node = nodeAt(root, path);
    const last = path.at(-1) as string;
    if (node === undefined) return entryEdit(text, root, path.slice(0, -1), `${flowText(last)}: [${item}]`);
    if (node.kind === 'scalar') {
      const alone = node.style === 'empty' ? '' : `${text.slice(node.start, node.end)}, `;
      return replace(node, `${node.style === 'empty' ? ' ' : ''}[${alone}${item}]`);
    }
    if (node.kind === 'map') throw new DnsSyntaxError(`${path.join('.')} is a map`, 'write a list there');
    return node.flow ? intoBraces(node, node.items.at(-1), item) : itemLine(text, node, item);
  });
}

/** A text as YAML in flow style has it. */
export function flowText(text: string): string {
  return /^([A-Za-z_][A-Za-z0-9_.-]*|\d+(\.\d+){3}(\/\d+)?)$/.test(text) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function changed(text: string, edit: (root: YamlNode | undefined) => TextEdit): Changed {
  const { root, problems } = readYaml(text);
  const [problem] = problems;
  if (problem !== undefined) return { kind: 'refused', message: problem.message, fix: problem.fix };
  if (findComments(text, root).anchored)
    return {
      kind: 'refused',
      message: 'the file is written with anchors or aliases',
      fix: 'write it out, without & and *',
    };
  try {
    return { kind: 'changed', text: applyTextEdits(text, [edit(root)]) };
  } catch (fault) {
    if (!(fault instanceof DnsSyntaxError)) throw fault;
    return { kind: 'refused', message: fault.message, fix: fault.fix };
  }
}

/** Puts `key: value` into the map at a path. */
function entryEdit(text: string, root: YamlNode | undefined, path: readonly string[], entry: string): TextEdit {
  const node = nodeAt(root, path);
  if (node === undefined && path.length > 0) {
    return entryEdit(text, root, path.slice(0, -1), `${flowText(path.at(-1) as string)}: { ${entry} }`);
  }
  if (node === undefined || (node.kind === 'scalar' && node.style === 'empty')) {
    // The whole file is empty but for comments, or a key has no value yet.
    return path.length === 0
      ? insertLines(text, text.length, `${entry}\n`)
      : replace(node as YamlNode, ` { ${entry} }`);
  }
  if (node.kind !== 'map') throw new DnsSyntaxError(`${path.join('.') || 'the file'} is no map`, 'write a map there');
  if (node.flow) return intoBraces(node, node.entries.at(-1)?.value, entry);
  return entryLine(text, node, entry);
}

function entryLine(text: string, { entries }: MapNode, entry: string): TextEdit {
  const last = entries.at(-1) as MapEntry;
  if (!startsLine(text, last.key.start)) throw new DnsSyntaxError('the map does not begin its lines', 'write it so');
  const indent = text.slice(lineStart(text, last.key.start), last.key.start);
  return insertLines(text, entryLines(text, last).end, `${indent}${entry}\n`);
}

function itemLine(text: string, { items }: SeqNode, item: string): TextEdit {
  const last = items.at(-1) as YamlNode;
  const dash = text.lastIndexOf('-', last.start);
  if (!startsLine(text, dash)) throw new DnsSyntaxError('the list does not begin its lines', 'write it so');
  const indent = text.slice(lineStart(text, dash), dash);
  return insertLines(text, lineEnd(text, last.end), `${indent}- ${item}\n`);
}

/** Behind the last thing between braces or brackets, whatever commas and blanks come then. */
function intoBraces(node: MapNode | SeqNode, last: YamlNode | undefined, what: string): TextEdit {
  if (last === undefined) return replace(node, node.kind === 'map' ? `{ ${what} }` : `[${what}]`);
  return { start: last.end, end: last.end, text: `, ${what}` };
}

function replace(node: YamlNode, text: string): TextEdit {
  return { start: node.start, end: node.end, text };
}

function nodeAt(root: YamlNode | undefined, path: readonly string[]): YamlNode | undefined {
  let at = root;
  for (const key of path) {
    at = at?.kind === 'map' ? at.entries.find((entry) => entry.key.text === key)?.value : undefined;
  }
  return at;
}
