import type { DomainName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import { typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { printTtl } from '../dns/ttl.ts';
import { WIDTH } from './format/print.ts';
import { keyText, ownTtl, valueText } from './value-text.ts';
import type { CommentsAround, NewAlias, NewDocument, OwnerComments } from './write.ts';
import { quoteScalar } from './yaml/quote.ts';

// The layout is that of the formatter, to which tests hold it. It is written without the formatter's blocks, which would
// take most of the time where a zone has a million records.

/** An owner with its types in the order given, and all comments. */
export function writeOwner(
  document: NewDocument,
  owner: DomainName,
  rrsets: readonly RRset[],
  alias: NewAlias | undefined,
  comments: OwnerComments | undefined,
): string {
  const { apex, ttl } = document;
  const key = keyText(owner, apex);
  const head = `  ${isPlain(key) ? key : quoteScalar(key, 'key')}:`;
  const lead = comments === undefined ? '' : commentsAbove(comments.above, '  ');
  const around = comments === undefined ? NOTHING : comments.around;
  const [only] = rrsets;
  if (rrsets.length === 1 && alias === undefined && around.length === 0) {
    if (only?.rdatas.length === 1 && ownTtl(only, ttl) === undefined) {
      return lead + oneOrTwoLines(head, typeName(only.type), valueText(only.type, only.rdatas[0] as Rdata, apex));
    }
  } else if (only === undefined && alias !== undefined && alias.ttl === ttl) {
    return lead + oneOrTwoLines(head, 'ALIAS', alias.target);
  }
  let text = `${lead}${head}\n`;
  for (const rrset of rrsets) text += typeText(rrset, document, around);
  if (alias !== undefined) {
    text += valueLine('    ALIAS:', alias.ttl === ttl ? undefined : alias.ttl, alias.target, '');
  }
  return text;
}

const NOTHING: readonly CommentsAround[] = [];

function oneOrTwoLines(head: string, type: string, value: string): string {
  const plain = isPlain(value);
  const line = `${head} { ${type}: ${plain ? value : quoteScalar(value, 'flow-value')} }`;
  if (line.length <= WIDTH) return `${line}\n`;
  return `${head}\n    ${type}: ${plain ? value : quoteScalar(value, 'block-value')}\n`;
}

function typeText(rrset: RRset, { apex, ttl: defaultTtl }: NewDocument, comments: readonly CommentsAround[]): string {
  const { type, rdatas } = rrset;
  const head = `    ${typeName(type)}:`;
  const ttl = ownTtl(rrset, defaultTtl);
  const around = comments.length === 0 ? undefined : commentsOfValues(rrset, comments);
  const lead = around === undefined ? '' : commentsOfType(type, comments);
  if (rdatas.length === 1) {
    const value = valueText(type, rdatas[0] as Rdata, apex);
    const [first] = around ?? [];
    if (first === undefined) return lead + valueLine(head, ttl, value, '');
    return lead + commentsAbove(first.above, '    ') + valueLine(head, ttl, value, behind(first));
  }
  const values = rdatas.map((rdata) => valueText(type, rdata, apex));
  const list = around?.some((each) => each !== undefined) === true ? undefined : flowList(values);
  if (ttl === undefined) {
    if (list !== undefined && head.length + 1 + list.length <= WIDTH) return `${lead}${head} ${list}\n`;
    return `${lead}${head}\n${blockList(values, around, '      ')}`;
  }
  if (list !== undefined) {
    const line = `${head} { ttl: ${printTtl(ttl)}, values: ${list} }`;
    if (line.length <= WIDTH) return `${lead}${line}\n`;
  }
  const start = `${lead}${head}\n      ttl: ${printTtl(ttl)}\n      values:`;
  if (list !== undefined && '      values: '.length + list.length <= WIDTH) return `${start} ${list}\n`;
  return `${start}\n${blockList(values, around, '        ')}`;
}

/** A type with one value; `trail` stands behind it. */
function valueLine(head: string, ttl: number | undefined, value: string, trail: string): string {
  const plain = isPlain(value);
  const text = plain ? value : quoteScalar(value, 'block-value');
  if (ttl === undefined) return `${head} ${text}${trail}\n`;
  const line = `${head} { ttl: ${printTtl(ttl)}, value: ${plain ? value : quoteScalar(value, 'flow-value')} }`;
  if (line.length <= WIDTH) return `${line}${trail}\n`;
  return `${head}${trail}\n      ttl: ${printTtl(ttl)}\n      value: ${text}\n`;
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

function blockList(
  values: readonly string[],
  around: readonly (CommentsAround | undefined)[] | undefined,
  margin: string,
): string {
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as string;
    const item = `${margin}- ${isPlain(value) ? value : quoteScalar(value, 'block-value')}`;
    const each = around?.[i];
    text += each === undefined ? `${item}\n` : `${commentsAbove(each.above, margin)}${item}${behind(each)}\n`;
  }
  return text;
}

/** From how many comments of an owner on an index finds those of a value. */
const MANY = 16;

/** The comments around each value of an RRset. */
function commentsOfValues(
  { type, rdatas }: RRset,
  comments: readonly CommentsAround[],
): (CommentsAround | undefined)[] {
  if (comments.length < MANY) {
    return rdatas.map((rdata) => comments.find((each) => each.rdata === rdata && each.type === type));
  }
  const byRdata = new Map<Rdata | undefined, CommentsAround>();
  for (const each of comments) if (each.type === type) byRdata.set(each.rdata, each);
  return rdatas.map((rdata) => byRdata.get(rdata));
}

function commentsOfType(type: number, comments: readonly CommentsAround[]): string {
  let text = '';
  for (const each of comments) {
    if (each.type === type && each.rdata === undefined) text += commentsAbove(each.above, '    ');
  }
  return text;
}

function commentsAbove(lines: readonly string[], margin: string): string {
  let text = '';
  for (const line of lines) text += `${margin}${commentLine(line)}\n`;
  return text;
}

function behind(around: CommentsAround): string {
  return around.behind === '' ? '' : `  ${commentLine(around.behind)}`;
}

/** What no line of a document may hold: control characters, line ends of any kind, halves of surrogate pairs. */
const UNFIT = /[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A line of a comment as it is written: nothing in it ends the line. */
export function commentLine(comment: string): string {
  return `# ${comment.replace(UNFIT, ' ')}`.trimEnd();
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
