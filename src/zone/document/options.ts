import { quoted } from '../../dns/fault.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { MapParts } from './parts.ts';
import { complainOf, type ValueReader } from './values.ts';

const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** The types whose values can be answered with the addresses of web nodes. */
export const proxiedTypes = new Set(['A', 'AAAA']);

/** Reads what stands beside a value into `reader.options`; false where it is wrong, which has then been said. */
export function readOptions(reader: ValueReader, { nodes, proxied }: MapParts): boolean {
  const names = nodes === undefined ? undefined : readNodes(reader, nodes);
  const stands = proxied === undefined ? false : readProxied(reader, proxied);
  if ((nodes !== undefined && names === undefined) || stands === undefined) return false;
  if (names !== undefined || stands) reader.options = { nodes: names, proxied: stands };
  return true;
}

function readNodes(reader: ValueReader, node: YamlNode): string[] | undefined {
  const items = node.kind === 'seq' ? node.items : [node];
  const names: string[] = [];
  for (const item of items) {
    if (item.kind !== 'scalar' || !NODE_NAME.test(item.text)) {
      complainOf(
        reader,
        'value-options',
        item,
        item.kind === 'scalar' && item.style !== 'empty'
          ? `${quoted(item.text)} is not the name of a node`
          : 'nodes is not a list of names',
        'write the names of nodes.yaml, such as nodes: [fra1, ams1]',
      );
      return undefined;
    }
    if (names.includes(item.text)) {
      complainOf(reader, 'value-options', item, `the node ${item.text} is listed twice`, 'list it once');
      return undefined;
    }
    names.push(item.text);
  }
  if (names.length > 0) return names;
  complainOf(reader, 'value-options', node, 'nodes is an empty list', 'name a node, or remove "nodes:" for all nodes');
  return undefined;
}

function readProxied(reader: ValueReader, node: YamlNode): boolean | undefined {
  const { name } = reader.form;
  const text = node.kind === 'scalar' ? node.text : '';
  if (text !== 'true' && text !== 'false') {
    complainOf(reader, 'value-options', node, 'proxied is neither true nor false', 'write proxied: true, or remove it');
    return undefined;
  }
  if (text === 'false' || proxiedTypes.has(name)) return text === 'true';
  complainOf(
    reader,
    'value-options',
    node,
    `a value of ${name} cannot be proxied`,
    'proxied belongs to A and AAAA: web nodes stand in for an address',
  );
  return undefined;
}
