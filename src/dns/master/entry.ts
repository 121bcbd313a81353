import { octets, toText } from '../octets.ts';
import type { Tokens } from '../token.ts';
import {
  CLOSE,
  COMMENT,
  escapeOdd,
  isOdd,
  meaning,
  NEWLINE,
  ODD,
  OPEN,
  QUOTE,
  quotedEnd,
  RETURN,
  SPACE,
  wordEnd,
} from './scan.ts';

/**
 * A master file that is read entry by entry (RFC 1035 section 5.1), and the entry that was read last.
 *
 * An entry is a line, or several where parentheses or escaped newlines go on. Its tokens stand in `tokens` as the field
 * parsers want them. One object serves a whole file: a million entries make no garbage but their tokens.
 */
export interface EntryReader {
  /** The file, one octet a unit. */
  readonly source: string;
  /** Where the next entry begins. */
  at: number;
  /** The line at `at`, from 1. */
  line: number;
  /** Where the entry begins, and in which line. */
  entryAt: number;
  entryLine: number;
  /** Whether the entry begins with white space: it belongs to the owner of the one before. */
  blank: boolean;
  /** Whether the file ended without a newline behind the entry. */
  cut: boolean;
  readonly tokens: Tokens & { readonly touching: Set<number> };
  /** Where each token begins. */
  readonly starts: number[];
  /** What makes the entry unreadable; its tokens mean nothing then. */
  fault: EntryFault | undefined;
  /** Comments are kept where this is there. */
  readonly comments: EntryComments | undefined;
  /** How many entries were left open up to the end of the file. */
  unclosed: number;
}

/** What is wrong with the form of an entry. */
export interface EntryFault {
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  readonly at: number;
}

/** The comments around an entry, without the semicolon and the white space around them. */
export interface EntryComments {
  /** Those on lines of their own since the entry before; an empty string is a blank line between two of them. */
  leading: string[];
  /** Those on the lines of the entry itself. */
  trailing: string[];
}

/** The octets of all tokens of one entry: four times the longest rdata, every octet as `\DDD`, four times over. */
const ENTRY_LIMIT = 1 << 20;

/** How often reading goes on behind a parenthesis that is never closed. */
const UNCLOSED_LIMIT = 5;

/** A reader at the start of a file. */
export function newEntryReader(source: string, keepComments = false): EntryReader {
  return {
    source,
    at: 0,
    line: 1,
    entryAt: 0,
    entryLine: 1,
    blank: false,
    cut: false,
    tokens: { texts: [], quotes: [], touching: new Set(), next: 0, origin: undefined },
    starts: [],
    fault: undefined,
    comments: keepComments ? { leading: [], trailing: [] } : undefined,
    unclosed: 0,
  };
}

/** Reads the next entry that has a token or a fault. Gives false at the end of the file. */
export function readEntry(reader: EntryReader): boolean {
  const { source, starts } = reader;
  const { texts, quotes, touching } = reader.tokens;
  const end = source.length;
  let at = reader.at;
  let line = reader.line;
  let depth = 0;
  let opened = 0;
  let count = 0;
  let total = 0;
  reader.fault = undefined;
  if (touching.size > 0) touching.clear();
  const { comments } = reader;
  if (comments !== undefined) {
    if (comments.leading.length > 0) comments.leading = [];
    if (comments.trailing.length > 0) comments.trailing = [];
  }
  reader.entryAt = at;
  reader.entryLine = line;
  for (;;) {
    if (at >= end) {
      reader.cut = count > 0 || reader.fault !== undefined;
      break;
    }
    const kind = meaning[source.charCodeAt(at)] as number;
    if (kind <= ODD) {
      const stop = wordEnd(source, at);
      const odd = stop < 0;
      const next = odd ? ~stop : stop;
      total += next - at + 1;
      if (total <= ENTRY_LIMIT) {
        const text = source.slice(at, next);
        texts[count] = odd ? escapeOdd(text) : text;
        quotes[count] = false;
        starts[count++] = at;
      }
      at = next;
    } else if (kind === SPACE) {
      at++;
    } else if (kind === NEWLINE) {
      at++;
      line++;
      if (depth > 0) continue;
      if (count > 0 || reader.fault !== undefined) break;
      markBlankLine(reader, at);
      reader.entryAt = at;
      reader.entryLine = line;
    } else if (kind === RETURN) {
      at++;
      // A carriage return ends the entry alone, too, as named has it; between parentheses it is white space.
      if (depth > 0) continue;
      if (at < end && source.charCodeAt(at) === 10) {
        at++;
        line++;
      }
      if (count > 0 || reader.fault !== undefined) break;
      markBlankLine(reader, at);
      reader.entryAt = at;
      reader.entryLine = line;
    } else if (kind === COMMENT) {
      const newline = source.indexOf('\n', at);
      const stop = newline < 0 ? end : newline;
      if (reader.comments !== undefined)
        keepComment(reader.comments, source.slice(at + 1, stop), count > 0 || depth > 0);
      at = stop;
    } else if (kind === QUOTE) {
      const stop = quotedEnd(source, at + 1);
      if (source.charCodeAt(stop) !== 34) {
        reader.fault ??= {
          rule: 'unclosed-quote',
          message: 'a quote is not closed on its line',
          fix: 'end the character string with a quote; write \\010 for a newline in it',
          at,
        };
        line += countNewlines(source, at, stop);
        at = stop;
        continue;
      }
      total += stop - at + 1;
      if (total <= ENTRY_LIMIT) {
        const text = source.slice(at + 1, stop);
        const odd = isOdd(text);
        if (odd) line += countNewlines(source, at, stop);
        texts[count] = odd ? escapeOdd(text) : text;
        quotes[count] = true;
        if (at > 0 && source.charCodeAt(at - 1) === 61) touching.add(count);
        starts[count++] = at;
      }
      at = stop + 1;
    } else if (kind === OPEN) {
      if (depth++ === 0) opened = at;
      at++;
    } else if (kind === CLOSE) {
      if (depth > 0) {
        depth--;
      } else {
        reader.fault ??= {
          rule: 'unopened-parenthesis',
          message: 'a ")" has no "("',
          fix: 'remove it, or write \\) if it is really meant',
          at,
        };
      }
      at++;
    } else {
      reader.fault ??= {
        rule: 'control-character',
        message: 'there is a NUL octet',
        fix: 'check that this is a text file; write \\000 if the octet is really meant',
        at,
      };
      at++;
    }
  }
  if (total > ENTRY_LIMIT) {
    reader.fault = {
      rule: 'entry-length',
      message: `the entry has more than ${ENTRY_LIMIT} characters`,
      fix: 'check for a parenthesis or a line end that is missing; rdata has at most 65,535 octets',
      at: reader.entryAt,
    };
  }
  reader.blank = count > 0 && isSpace(source.charCodeAt(reader.entryAt));
  if (texts.length > count) {
    texts.length = count;
    quotes.length = count;
  }
  reader.at = at;
  reader.line = line;
  if (depth > 0) recover(reader, opened);
  return count > 0 || reader.fault !== undefined;
}

/** Goes on at what looks like the next record, behind the line of a parenthesis that is not closed in the whole file. */
function recover(reader: EntryReader, opened: number): void {
  const { source } = reader;
  reader.fault = {
    rule: 'unclosed-parenthesis',
    message: 'a "(" is not closed',
    fix: 'close it with ")", or write \\( if it is really meant',
    at: opened,
  };
  reader.cut = false;
  if (++reader.unclosed >= UNCLOSED_LIMIT) return;
  let at = opened;
  do {
    const newline = source.indexOf('\n', at);
    if (newline < 0) return;
    at = newline + 1;
  } while (at < source.length && !((meaning[source.charCodeAt(at)] as number) <= ODD));
  reader.line = reader.entryLine + countNewlines(source, reader.entryAt, at);
  reader.at = at;
}

function isSpace(c: number): boolean {
  return c === 32 || c === 9;
}

function keepComment(comments: EntryComments, raw: string, inEntry: boolean): void {
  const text = (toText(octets(raw)) ?? raw).trim();
  if (inEntry) {
    if (text !== '') comments.trailing.push(text);
  } else if (text !== '' || comments.leading.at(-1) !== '') {
    comments.leading.push(text);
  }
}

/** A line without anything, behind a comment: it parts two blocks of comments. `at` is behind its newline. */
function markBlankLine(reader: EntryReader, at: number): void {
  const leading = reader.comments?.leading;
  if (leading === undefined || leading.length === 0 || leading.at(-1) === '') return;
  const text = reader.source.slice(reader.entryAt, at);
  if (text.trim() === '') leading.push('');
}

function countNewlines(source: string, from: number, to: number): number {
  let count = 0;
  for (let at = source.indexOf('\n', from); at >= 0 && at < to; at = source.indexOf('\n', at + 1)) count++;
  return count;
}

/** A token as it stands in the file, without quotes around it; `tokens` has it with odd octets spelt out. */
export function rawToken(reader: EntryReader, index: number): string {
  const { source, starts, tokens } = reader;
  const start = starts[index] as number;
  if (tokens.quotes[index] === true) return source.slice(start + 1, quotedEnd(source, start + 1));
  const stop = wordEnd(source, start);
  return source.slice(start, stop < 0 ? ~stop : stop);
}

/** The line and the column, in characters, of an offset in the entry that was read last. */
export function placeInEntry(reader: EntryReader, offset: number): { line: number; column: number } {
  const { source } = reader;
  let line = reader.entryLine;
  let column = 1;
  for (let i = reader.entryAt; i < offset; i++) {
    const c = source.charCodeAt(i);
    if (c === 10) {
      line++;
      column = 1;
    } else if ((c & 0xc0) !== 0x80) {
      // The continuation octets of UTF-8 belong to the character before them.
      column++;
    }
  }
  return { line, column };
}
