import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element of a document that was read. Attributes, comments and processing instructions say nothing to us. */
export interface XmlElement {
  /** Without a prefix of a name space. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Its own text, without the white space around it. */
  readonly text: string;
}

/** What a body holds as XML. */
export type XmlBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'element'; readonly element: XmlElement }
  | { readonly kind: 'malformed'; readonly message: string };

/** What is deeper is an attack, not a request. */
const DEEPEST = 10;
const CDATA = '#cdata';
const decoder = new TextDecoder('utf-8', { fatal: true });

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  cdataPropName: CDATA,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEEPEST,
  // Entities of a document type are not read, so that none can grow or fetch anything; the five of XML are read below.
  processEntities: false,
});

/** Reads a body as XML: UTF-8, one element, no document type. */
export function readXml(body: Uint8Array): XmlBody {
  try {
    const text = decoder.decode(body);
    if (text.trim() === '') return { kind: 'empty' };
    return { kind: 'element', element: readDocument(text) };
  } catch (error) {
    if (error instanceof XmlFault) return { kind: 'malformed', message: error.message };
    if (error instanceof TypeError) return { kind: 'malformed', message: 'the body is not UTF-8' };
    // The parser throws plain errors.
    return { kind: 'malformed', message: error instanceof Error ? error.message : 'the body is not XML' };
  }
}

class XmlFault extends Error {
  override readonly name = 'XmlFault';
}

function readDocument(text: string): XmlElement {
  const encoding = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
    throw new XmlFault(`the encoding is ${JSON.stringify(encoding)}, which is not UTF-8`);
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) throw new XmlFault('there are control characters in it');
  const outside = text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  if (outside.includes('<!')) throw new XmlFault('document types and entities are not read');
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new XmlFault(`${valid.err.msg} (line ${valid.err.line})`);
  const [root, ...more] = elementsOf(parser.parse(text) as readonly ParsedNode[]);
  if (root === undefined || more.length > 0) throw new XmlFault('there is not exactly one element');
  return root;
}

/** A node as the parser gives it: one key, the name. */
type ParsedNode = Readonly<Record<string, unknown>>;

function elementsOf(nodes: readonly ParsedNode[]): XmlElement[] {
  return nodes.flatMap((node) => {
    const [name] = Object.keys(node);
    if (name === undefined || name.startsWith('#')) return [];
    const children = node[name] as readonly ParsedNode[];
    return [{ name, children: elementsOf(children), text: textOf(children).trim() }];
  });
}

function textOf(nodes: readonly ParsedNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node['#text'] === 'string') return withCharacters(node['#text']);
      const literal = node[CDATA];
      return Array.isArray(literal) ? literal.map((part: ParsedNode) => String(part['#text'] ?? '')).join('') : '';
    })
    .join('');
}

const characters = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function withCharacters(text: string): string {
  return text.replace(/&([^;\s&]*);?/g, (reference, name: string) => {
    const known = reference.endsWith(';') ? characters.get(name) : undefined;
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(reference.slice(1));
    const code = number === null ? 0 : Number.parseInt(number[1] ?? (number[2] as string), number[1] ? 16 : 10);
    const given = known ?? (isCharacter(code) ? String.fromCodePoint(code) : undefined);
    if (given === undefined) throw new XmlFault(`there is no character ${JSON.stringify(reference.slice(0, 40))}`);
    return given;
  });
}

/** Whether XML 1.0 allows a character (section 2.2). */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

/** An element that is to be written: its text, or its elements in their order. */
export interface XmlNode {
  readonly name: string;
  readonly content: string | readonly XmlNode[];
}

/** A document in UTF-8. What XML cannot hold becomes U+FFFD. */
export function printXml(root: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${printNode(root)}\n`;
}

function printNode({ name, content }: XmlNode): string {
  const inner = typeof content === 'string' ? escaped(content) : content.map(printNode).join('');
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd')
    .replace(/(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}
