import type { YamlNode } from '../../../src/zone/yaml/node.ts';

/** A node without its places: text, list, or pairs of key and value in order. */
export type PlainValue = string | PlainValue[] | { map: [string, PlainValue][] };

export function plainValue(node: YamlNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'seq':
      return node.items.map(plainValue);
    case 'map':
      return { map: node.entries.map(({ key, value }) => [key.text, plainValue(value)]) };
  }
}
