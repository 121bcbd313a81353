import { quoted } from '../../dns/fault.ts';
import type { MapNode, YamlNode } from '../yaml/node.ts';
import { replaceScalar } from './document.ts';
import { closest } from './suggest.ts';
import { complainOf, type ValueReader } from './values.ts';

/** A map that stands for an RRset or a value, taken apart by its keys. */
export interface MapParts {
  readonly ttl: YamlNode | undefined;
  /** The values of an RRset; without it the map is a value itself. */
  readonly values: YamlNode | undefined;
  /** The value that options stand beside; without it, and without `values`, the map holds the fields of an rdata. */
  readonly value: YamlNode | undefined;
  readonly nodes: YamlNode | undefined;
  readonly proxied: YamlNode | undefined;
}

/**
 * Takes a map apart: `{ ttl, values }`, `{ value, nodes, proxied }`, with `ttl` where it stands directly under a type, or the
 * fields of an rdata. `value` is also a field of CAA: beside another field it is one. `undefined` for unknown keys and
 * mixed forms, which have then been said.
 */
export function partsOf(reader: ValueReader, node: MapNode, inList: boolean): MapParts | undefined {
  const { fields } = reader.form;
  let ttl: YamlNode | undefined;
  let values: YamlNode | undefined;
  let value: YamlNode | undefined;
  let nodes: YamlNode | undefined;
  let proxied: YamlNode | undefined;
  let field: string | undefined;
  let known = true;
  for (const { key, value: under } of node.entries) {
    if (key.text === 'ttl') ttl = under;
    else if (key.text === 'values') values = under;
    else if (key.text === 'value') value = under;
    else if (key.text === 'nodes') nodes = under;
    else if (key.text === 'proxied') proxied = under;
    else if (fields.has(key.text)) field ??= key.text;
    else {
      const takes = [...fields.keys(), 'value', 'nodes', 'proxied', ...(inList ? [] : ['values', 'ttl'])];
      const near = closest(key.text, takes);
      complainOf(
        reader,
        'unknown-key',
        key,
        `${quoted(key.text)} is not a field of ${reader.form.name} and no option of a value`,
        near === undefined ? `use ${takes.join(', ')}` : `write "${near}" if that is meant`,
        { edits: near === undefined ? undefined : replaceScalar(reader.document, key, near) },
      );
      known = false;
    }
  }
  if (!known) return undefined;
  if (field !== undefined && fields.has('value')) value = undefined;
  const parts = { ttl, values, value, nodes, proxied };
  return isMixed(reader, node, parts, field, inList) ? undefined : parts;
}

function isMixed(
  reader: ValueReader,
  node: MapNode,
  { ttl, values, value, nodes, proxied }: MapParts,
  field: string | undefined,
  inList: boolean,
): boolean {
  const { name } = reader.form;
  const wrong = (at: { start: number; end: number }, message: string, fix: string): boolean => {
    complainOf(reader, 'value-shape', at, message, fix);
    return true;
  };
  if (inList && values !== undefined) {
    return wrong(values, '"values" stands inside a list of values', 'write the values into the list itself');
  }
  if (inList && ttl !== undefined) {
    return wrong(ttl, 'a value has no TTL of its own', `write the TTL beside all values: { ttl: 5m, values: [...] }`);
  }
  const other = ttl ?? values ?? value ?? nodes ?? proxied;
  if (field !== undefined && other !== undefined) {
    return wrong(
      node,
      `the field "${field}" of ${name} stands beside keys that are none of its fields`,
      `put the fields into a map of their own: ${ttl === undefined ? '' : 'ttl: 5m, '}value: { ${field}: ... }`,
    );
  }
  if (field !== undefined) return false;
  if (values !== undefined) {
    const option = value ?? nodes ?? proxied;
    if (option === undefined) return false;
    return wrong(
      option,
      '"values" stands beside keys that belong to one value',
      'write them beside their value: values: [{ value: ..., nodes: [...] }]',
    );
  }
  if (value === undefined) return wrong(node, `${name} has no value here`, 'add "value:" or "values:"');
  if (value.kind === 'seq') return wrong(value, '"value" holds a list', 'write "values:" for several values');
  return false;
}
