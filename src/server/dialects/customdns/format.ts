import { preferredType } from '../accept.ts';
import { fieldsOf, readJson } from '../json.ts';
import { printXml, readXml, type XmlNode } from '../xml.ts';

/** What answers can be written in, the usual one first. */
export const types = ['application/xml', 'application/json'] as const;

/** The element around a list. */
const LIST = 'collection';

/** One of {@link types}. */
export type MediaType = (typeof types)[number];

/** The fields of an object in the order in which they are written; what is `undefined` is left out. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** What is answered with: a thing by its name, a list of such, or a text that is no object. */
export type Content =
  | { readonly kind: 'one'; readonly name: string; readonly fields: Fields }
  | { readonly kind: 'list'; readonly name: string; readonly rows: readonly Fields[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' };

/** The type that the client likes best; `undefined` where it takes neither. */
export function typeFor(accept: string | undefined): MediaType | undefined {
  const found = preferredType(accept, [...types, 'text/xml', 'text/json']);
  return found === 'text/xml' ? 'application/xml' : found === 'text/json' ? 'application/json' : found;
}

/** Content as text; `undefined` where there is none. */
export function write(content: Content, type: MediaType): { readonly type: string; readonly text: string } | undefined {
  if (content.kind === 'none') return undefined;
  if (content.kind === 'text') return { type: 'text/plain', text: content.text };
  if (type === 'application/json')
    return { type, text: JSON.stringify(content.kind === 'list' ? content.rows : content.fields) };
  const root: XmlNode =
    content.kind === 'list'
      ? { name: LIST, content: content.rows.map((row) => nodeOf(content.name, row)) }
      : nodeOf(content.name, content.fields);
  return { type, text: printXml(root) };
}

function nodeOf(name: string, fields: Fields): XmlNode {
  const content = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : { name: field, content: String(value) },
  );
  return { name, content };
}

/** A body that was read: the fields that are given, as text; nothing; or a status and why it cannot be read. */
export type Body =
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: 'empty' }
  | { readonly kind: 'fault'; readonly status: 400 | 415; readonly message: string };

/**
 * Reads an object in XML or JSON, as its Content-Type says; one that is sent as a form, or as nothing, by its first
 * character. It may come as the only one of a list, and in JSON in an object with its name, or that of lists, as the only
 * field: nobody has written down how the provider's JSON looks.
 */
export function readBody(body: Uint8Array, contentType: string | undefined, name: string): Body {
  if (body.length === 0) return { kind: 'empty' };
  const type = /^[^;\s]*/.exec((contentType ?? '').toLowerCase())?.[0] ?? '';
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) return fault(415, `the body is not UTF-8`);
  if (/[/+]xml$/.test(type)) return fromXml(body, name);
  if (/[/+]json$/.test(type)) return fromJson(body, name);
  if (type !== '' && type !== 'application/x-www-form-urlencoded' && type !== 'application/octet-stream')
    return fault(415, 'send application/xml or application/json');
  const first = Buffer.from(body.subarray(0, 100)).toString('utf8').trimStart()[0];
  return first === '{' || first === '[' ? fromJson(body, name) : fromXml(body, name);
}

function fromXml(body: Uint8Array, name: string): Body {
  const read = readXml(body);
  if (read.kind === 'empty') return { kind: 'empty' };
  if (read.kind === 'malformed') return fault(400, `the body is not XML: ${read.message}`);
  const [only, ...more] = read.element.name === LIST ? read.element.children : [read.element];
  const element = more.length > 0 ? read.element : (only ?? read.element);
  if (element.name !== name) return fault(400, `the body is a <${element.name}>, not a <${name}>`);
  const fields = new Map<string, string>();
  for (const { name: field, text, children } of element.children) {
    if (fields.has(field)) return fault(400, `there are two <${field}>`);
    if (children.length > 0) return fault(400, `there are elements in <${field}>`);
    fields.set(field, text);
  }
  return { kind: 'fields', fields };
}

function fromJson(body: Uint8Array, name: string): Body {
  const read = readJson(body);
  if (read.kind === 'empty') return { kind: 'empty' };
  if (read.kind === 'malformed') return fault(400, `the body is not JSON: ${read.message}`);
  const given = fieldsOf(unwrapped(read.value, name));
  if (given === undefined) return fault(400, `the body is not a ${name}`);
  const fields = new Map<string, string>();
  for (const [field, value] of given) {
    if (value === null || dates.has(field)) continue;
    if (typeof value === 'object') return fault(400, `the field ${field} is not a text or number`);
    fields.set(field, String(value));
  }
  return { kind: 'fields', fields };
}

/** Times are told, not taken, whatever they look like: a text, milliseconds, or numbers in a list. */
const dates: ReadonlySet<string> = new Set(['dateCreated', 'dateModified']);

/** A list in an object in a list is as deep as anybody wraps a thing. */
const DEEPEST = 4;

function unwrapped(value: unknown, name: string): unknown {
  let inner = value;
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (Array.isArray(inner) && inner.length === 1) {
      inner = inner[0];
      continue;
    }
    const fields = fieldsOf(inner);
    const under = fields?.size === 1 ? (fields.get(name) ?? fields.get(LIST)) : undefined;
    if (typeof under !== 'object' || under === null) break;
    inner = under;
  }
  return inner;
}

function fault(status: 400 | 415, message: string): Body {
  return { kind: 'fault', status, message };
}
