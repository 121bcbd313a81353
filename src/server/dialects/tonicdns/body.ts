import { fieldsOf, readJson } from '../json.ts';
import { readXml, type XmlElement } from '../xml.ts';

/** The fields of a body; `undefined` where it is none, or not an object. */
export type Fields = ReadonlyMap<string, unknown>;

/**
 * Reads a body as JSON or XML, by its first character: clients send JSON as a form. What is not an object with fields is no
 * body, such as the `false` that some send with every request.
 */
export function readFields(body: Uint8Array): Fields | undefined {
  const isXml = /^(?:\ufeff)?\s*</.test(Buffer.from(body.subarray(0, 100)).toString('utf8'));
  const xml = isXml ? readXml(body) : undefined;
  if (xml !== undefined) return xml.kind === 'element' ? fieldsOf(jsonOf(xml.element)) : undefined;
  const read = readJson(body);
  return read.kind === 'value' ? fieldsOf(read.value) : undefined;
}

/** An element as JSON would have it: elements named `item` are those of a list. */
function jsonOf({ children, text }: XmlElement): unknown {
  if (children.length === 0) return text === '' ? null : text;
  const items = children.filter(({ name }) => name === 'item');
  if (items.length > 0) return items.map(jsonOf);
  return Object.fromEntries(children.map((child) => [child.name, jsonOf(child)]));
}

/** A text or number as text; `undefined` where it is not given, `null` where it is something else. */
export function textIn(fields: Fields, name: string): string | null | undefined {
  const value = fields.get(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** The elements of a list, each with its fields; `undefined` where it is no list. */
export function listIn(fields: Fields, name: string): readonly unknown[] | undefined {
  const value = fields.get(name);
  return Array.isArray(value) ? value : undefined;
}
