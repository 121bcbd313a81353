import { preferredType } from '../accept.ts';
import { printXml, type XmlNode } from '../xml.ts';

/** How an answer is written. */
export type Format = 'json' | 'xml';

/** What the client asks for: by the end of the path, else by `Accept`; JSON unless it likes XML better. */
export function formatFor(path: string, accept: string | undefined): Format {
  if (path.endsWith('.xml')) return 'xml';
  if (path.endsWith('.json')) return 'json';
  const type = preferredType(accept, ['application/json', 'application/xml', 'text/xml']);
  return type?.endsWith('/xml') ? 'xml' : 'json';
}

/** The body of an answer with its Content-Type. */
export function render(value: unknown, format: Format): { readonly type: string; readonly text: string } {
  if (format === 'xml')
    return { type: 'application/xml', text: printXml({ name: 'response', content: contentOf(value) }) };
  // As PHP writes it, which is what clients have always been given.
  return { type: 'application/json', text: JSON.stringify(value).replaceAll('/', '\\/') };
}

function contentOf(value: unknown): XmlNode['content'] {
  if (Array.isArray(value)) return value.map((item) => ({ name: 'item', content: contentOf(item) }));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([name, item]) => ({ name, content: contentOf(item) }));
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value === null || value === undefined ? '' : String(value);
}
