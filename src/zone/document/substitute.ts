import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';

/** The value of what stands in `${...}`; `undefined` where it has none. */
export type Lookup = (expression: string) => string | undefined;

/** Told of an expression without a value and the scalar it stands in; an opening `${` without its `}` is given as it is. */
export type Unknown = (expression: string, node: ScalarNode) => void;

const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}|\$\{/g;

/**
 * Replaces `${name}` in a text by its value; `$${` stands for `${` itself. What has no value is told and left out.
 */
export function substituteText(text: string, lookup: Lookup, unknown: (expression: string) => void): string {
  if (!text.includes('${')) return text;
  return text.replace(PLACEHOLDER, (found: string, expression: string | undefined) => {
    if (found === '$${') return '${';
    const value = expression === undefined ? undefined : lookup(expression);
    if (value === undefined) unknown(expression ?? found);
    return value ?? '';
  });
}

/** A scalar with its placeholders replaced; its place stays that of the placeholder text. */
export function substituteScalar(node: ScalarNode, lookup: Lookup, unknown: Unknown): ScalarNode {
  const text = substituteText(node.text, lookup, (expression) => unknown(expression, node));
  return text === node.text ? node : { ...node, text };
}

/** A value with the placeholders of all its scalars replaced; keys stay as they are. */
export function substituteNode(node: YamlNode, lookup: Lookup, unknown: Unknown): YamlNode {
  if (node.kind === 'scalar') return substituteScalar(node, lookup, unknown);
  if (node.kind === 'seq') return { ...node, items: node.items.map((item) => substituteNode(item, lookup, unknown)) };
  return substituteValues(node, lookup, unknown);
}

function substituteValues(node: MapNode, lookup: Lookup, unknown: Unknown): MapNode {
  const entries = node.entries.map(({ key, value }) => ({ key, value: substituteNode(value, lookup, unknown) }));
  return { ...node, entries };
}
