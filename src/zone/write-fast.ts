import type { DomainName } from '../dns/name.ts';
import { typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { printTtl } from '../dns/ttl.ts';
import { WIDTH } from './format/print.ts';
import { keyText, ownTtl, valueText } from './value-text.ts';
import type { NewDocument } from './write.ts';
import { quoteScalar } from './yaml/quote.ts';

/**
 * An owner without comments, the types in the order given: the very text that the formatter's blocks give, made without
 * them. Nearly all owners of big zones are such, and blocks would take most of the time.
 */
export function plainOwner(document: NewDocument, owner: DomainName, rrsets: readonly RRset[]): string {
  const { apex, ttl } = document;
  const key = keyText(owner, apex);
  const head = `  ${isPlain(key) ? key : quoteScalar(key, 'key')}:`;
  const [only] = rrsets as readonly [RRset];
  if (rrsets.length === 1 && only.rdatas.length === 1 && ownTtl(only, ttl) === undefined) {
    const name = typeName(only.type);
    const value = valueText(only.type, only.rdatas[0] as RRset['rdatas'][number], apex);
    const plain = isPlain(value);
    const line = `${head} { ${name}: ${plain ? value : quoteScalar(value, 'flow-value')} }`;
    if (line.length <= WIDTH) return `${line}\n`;
    return `${head}\n    ${name}: ${plain ? value : quoteScalar(value, 'block-value')}\n`;
  }
  let text = `${head}\n`;
  for (const rrset of rrsets) text += typeText(rrset, document);
  return text;
}

function typeText(rrset: RRset, { apex, ttl: defaultTtl }: NewDocument): string {
  const { type, rdatas } = rrset;
  const head = `    ${typeName(type)}:`;
  const ttl = ownTtl(rrset, defaultTtl);
  if (rdatas.length === 1) {
    const value = valueText(type, rdatas[0] as RRset['rdatas'][number], apex);
    const plain = isPlain(value);
    if (ttl !== undefined) {
      const line = `${head} { ttl: ${printTtl(ttl)}, value: ${plain ? value : quoteScalar(value, 'flow-value')} }`;
      if (line.length <= WIDTH) return `${line}\n`;
    }
    const text = plain ? value : quoteScalar(value, 'block-value');
    return ttl === undefined ? `${head} ${text}\n` : `${head}\n      ttl: ${printTtl(ttl)}\n      value: ${text}\n`;
  }
  const values = rdatas.map((rdata) => valueText(type, rdata, apex));
  const list = flowList(values);
  if (ttl === undefined) {
    if (list !== undefined && head.length + 1 + list.length <= WIDTH) return `${head} ${list}\n`;
    return `${head}\n${blockList(values, '      ')}`;
  }
  if (list !== undefined) {
    const line = `${head} { ttl: ${printTtl(ttl)}, values: ${list} }`;
    if (line.length <= WIDTH) return `${line}\n`;
  }
  const start = `${head}\n      ttl: ${printTtl(ttl)}\n      values:`;
  if (list !== undefined && '      values: '.length + list.length <= WIDTH) return `${start} ${list}\n`;
  return `${start}\n${blockList(values, '        ')}`;
}

/** The values between brackets; `undefined` where that is too long for any line. */
function flowList(values: readonly string[]): string | undefined {
  let text = '';
  for (const value of values) {
    const flow = isPlain(value) ? value : quoteScalar(value, 'flow-value');
    text += text === '' ? `[${flow}` : `, ${flow}`;
    if (text.length > WIDTH) return undefined;
  }
  return `${text}]`;
}

function blockList(values: readonly string[], margin: string): string {
  let text = '';
  for (const value of values) text += `${margin}- ${isPlain(value) ? value : quoteScalar(value, 'block-value')}\n`;
  return text;
}

/** Which characters say nothing to YAML inside a plain scalar, and which may begin one. */
const INSIDE = classOf('!$%&()*+-./;<=>@^_|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const FIRST = classOf('_/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

function classOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

const SPACE = 32;
const COLON = 58;

/** Whether a text certainly is a plain scalar that reads as itself, wherever it stands. */
function isPlain(text: string): boolean {
  const { length } = text;
  const first = text.charCodeAt(0);
  if (length === 0 || first > 127 || FIRST[first] === 0) return false;
  let before = first;
  for (let i = 1; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c > 127) return false;
    // A space behind a colon would make a key of what is before it.
    if (INSIDE[c] === 0 && c !== COLON && (c !== SPACE || before === COLON)) return false;
    before = c;
  }
  return before !== SPACE && before !== COLON;
}
