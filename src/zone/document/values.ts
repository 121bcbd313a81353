import { quoted } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataFromData, rdataFromText } from '../../dns/rdata.ts';
import { tokenEnd } from '../../dns/token.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import type { ValueOptions } from '../zone.ts';
import { complain, type Document, relatedIn, replaceScalar, spanOf } from './document.ts';
import type { TypeForm } from './form.ts';
import { reportFault, type Said } from './report.ts';
import type { ReadingRule } from './rules.ts';
import { closest } from './suggest.ts';
import { inspectTarget } from './target.ts';
import { textRdata } from './text.ts';

const QUOTE = 34;
const DOT = 46;

/** Whose values are being read. One object serves a whole document: a zone of a million records makes no more. */
export interface ValueReader {
  readonly document: Document;
  readonly apex: DomainName;
  owner: DomainName;
  /** Where the owner's key stands. */
  ownerAt: number;
  form: TypeForm;
  /** Where the type's key stands. */
  typeAt: number;
  /** The options of the value that was read last. */
  options: ValueOptions | undefined;
  /** Whether everything of the owner could be read so far. */
  whole: boolean;
}

/** Says what is wrong with a value. */
export function complainOf(
  reader: ValueReader,
  rule: ReadingRule,
  node: { readonly start: number; readonly end: number },
  message: string,
  fix: string,
  more: Partial<Said> = {},
): void {
  const { document, owner, form } = reader;
  complain(document, rule, node, message, fix, { owner, type: form.name, ...more });
}

/**
 * The rdata of a value: a scalar in presentation form (for TXT and its kin also a bare text), or a map of fields.
 * `undefined` where it is wrong, which has then been said.
 */
export function readRdata(reader: ValueReader, node: YamlNode): Rdata | undefined {
  if (node.kind === 'scalar') return readScalar(reader, node);
  if (node.kind === 'map') return readFields(reader, node);
  complainOf(
    reader,
    'value-shape',
    node,
    'a list stands inside a list of values',
    reader.form.text
      ? 'write each value by itself, or { strings: [...] } for several character strings'
      : 'write each value by itself',
  );
  return undefined;
}

function readScalar(reader: ValueReader, node: ScalarNode): Rdata | undefined {
  const { text } = node;
  const { form } = reader;
  if (node.style === 'empty') {
    complainOf(reader, 'empty-value', node, `${form.name} has no value`, `write a value behind "${form.name}:"`);
    return undefined;
  }
  try {
    if (form.text && text.charCodeAt(0) !== QUOTE) return textRdata(text);
    if (text.includes(';') && isCutShort(reader, node)) return undefined;
    const rdata = rdataFromText(form.code, text, reader.apex);
    if (form.named && text.charCodeAt(text.length - 1) !== DOT) inspectNames(reader, node);
    return rdata;
  } catch (fault) {
    faultOf(reader, fault, node);
    return undefined;
  }
}

/** Says what a parser of `dns/` threw at a value. */
export function faultOf(reader: ValueReader, fault: unknown, node: YamlNode): void {
  const { document, owner, form } = reader;
  reportFault(document.report, fault, spanOf(document, node), {
    owner,
    type: form.name,
    related: relatedIn(document),
  });
}

/** Whether a `;` outside quotes would make a comment of the rest, which is then said. */
function isCutShort(reader: ValueReader, node: ScalarNode): boolean {
  const { text } = node;
  let quotes = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === QUOTE) quotes = !quotes;
    else if (c === 59 && !quotes) {
      complainOf(
        reader,
        'semicolon-in-value',
        node,
        `the ";" in ${quoted(text)} would begin a comment, and what follows would be lost`,
        'put the text with the ";" in double quotes (and the whole value in single quotes), or begin a comment with " #"',
      );
      return true;
    }
  }
  return false;
}

/** Looks at the names among the words of a value: the word at the place of each field that is a name. */
function inspectNames(reader: ValueReader, node: ScalarNode): void {
  const { text } = node;
  if (!text.includes('.') && reader.apex.indexOf('.') < reader.apex.length - 1) return;
  let at = 0;
  for (const field of reader.form.fields.values()) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    // Quotes and parentheses make the places of the words uncertain; names are hardly ever written with them.
    const c = text.charCodeAt(at);
    if (c === QUOTE || c === 40 || c === 41 || text.startsWith('\\#', at)) return;
    const end = tokenEnd(text, at);
    if (end === at) return;
    if (field?.kind.isName === true) inspectName(reader, node, at, text.slice(at, end));
    at = end;
  }
}

function inspectName({ document, apex, owner, form }: ValueReader, node: ScalarNode, at: number, name: string): void {
  inspectTarget(document, apex, node, at, name, { owner, type: form.name });
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** The rdata of a map of fields; `undefined` where it is wrong, which has then been said. */
export function readFields(reader: ValueReader, node: MapNode): Rdata | undefined {
  const { form, apex } = reader;
  const data = new Map<string, unknown>();
  for (const { key, value } of node.entries) {
    if (!form.fields.has(key.text)) {
      sayUnknownField(reader, key);
      return undefined;
    }
    if (value.kind === 'scalar' && value.style === 'empty') {
      complainOf(reader, 'empty-value', key, `${key.text} has no value`, `write a value behind "${key.text}:"`);
      return undefined;
    }
    data.set(key.text, dataOf(value));
  }
  try {
    const rdata = rdataFromData(form.code, data, apex);
    if (!form.named) return rdata;
    for (const { key, value } of node.entries) {
      if (form.fields.get(key.text)?.kind.isName === true && value.kind === 'scalar') {
        inspectName(reader, value, 0, value.text);
      }
    }
    return rdata;
  } catch (fault) {
    faultOf(reader, fault, faultyField(reader, node, data));
    return undefined;
  }
}

function sayUnknownField(reader: ValueReader, key: ScalarNode): void {
  const { form, document } = reader;
  const near = closest(key.text, form.fields.keys());
  complainOf(
    reader,
    'unknown-field',
    key,
    `${quoted(key.text)} is not a field of ${form.name}`,
    near === undefined ? `use ${[...form.fields.keys()].join(', ')}` : `write "${near}" if that is meant`,
    near === undefined ? {} : { edits: replaceScalar(document, key, near) },
  );
}

/** The value of the first field that is wrong by itself; the whole map where that is none. */
function faultyField(reader: ValueReader, node: MapNode, data: ReadonlyMap<string, unknown>): YamlNode {
  let before = '';
  for (const [name, field] of reader.form.fields) {
    const entry = node.entries.find((each) => each.key.text === name);
    if (entry === undefined || field === undefined) continue;
    try {
      before += field.kind.encode(data.get(name), name, before, reader.apex);
    } catch {
      return entry.value;
    }
  }
  return node;
}

/** A node in the structured form that `dns/` reads: texts, lists and maps. */
function dataOf(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'seq') return node.items.map(dataOf);
  return new Map(node.entries.map(({ key, value }) => [key.text, dataOf(value)]));
}
