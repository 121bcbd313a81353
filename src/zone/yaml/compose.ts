import type { CST, Document, ErrorCode } from 'yaml';
import { CR, HASH, LF, SPACE } from './cursor.ts';
import { yamlLibrary } from './library.ts';
import { MAX_DEPTH } from './limits.ts';
import { MAX_PROBLEMS } from './problem.ts';

/** An error of the `yaml` package, without the cost of an Error object. */
export interface YamlFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What `yaml` made of a text. */
export interface Composed {
  /** The first document; absent when the text is nested too deep to be composed or has too many faults. */
  readonly document: Document.Parsed | undefined;
  readonly faults: readonly YamlFault[];
  /** Where the nesting became too deep to go on. */
  readonly tooDeep: number | undefined;
  /** Where the first `%` line stands. */
  readonly directive: number | undefined;
  /** Where the second document begins. */
  readonly second: number | undefined;
  /** Whether there are anchors. */
  readonly anchored: boolean;
}

/** Far beyond what is allowed, yet far from exhausting the stack of `yaml`'s recursive composer. */
const MAX_STACK = 4 * MAX_DEPTH;

const OPTIONS = {
  version: '1.2',
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  keepSourceTokens: true,
  resolveKnownTags: false,
} as const;

const AMPERSAND = 38;

const TOO_MANY = new Error('too many faults');

/** How `yaml` notes a fault; the place comes in four shapes. */
type FaultSource = number | readonly number[] | { readonly offset: number; readonly source?: unknown };

/**
 * Parses a text with the `yaml` package, in time and memory linear to the text: nesting and the number of faults are
 * bounded while it works, and repeated keys are not its business (its own check is quadratic).
 */
export function compose(text: string): Composed {
  const faults: YamlFault[] = [];
  const note = (source: FaultSource, code: ErrorCode, message: string): void => {
    const place = placeOf(source);
    // A comment in the first column is separated from everything, also behind a value in braces.
    if (message.startsWith('Comments must be separated') && text[place.start - 1] === '\n') return;
    // The composer takes what is thrown for one more fault and comes again.
    if (faults.length >= MAX_PROBLEMS) throw TOO_MANY;
    faults.push({ code, message, ...place });
  };
  const { Composer, Lexer, Parser } = yamlLibrary();
  const composer = new Composer(OPTIONS);
  // Making an Error for each fault takes ten times as long as finding it; the declared way offers no other place to stop.
  (composer as unknown as { onError: unknown }).onError = (
    source: FaultSource,
    code: ErrorCode,
    message: string,
    warning?: boolean,
  ): void => {
    if (warning !== true) note(source, code, message);
  };
  const parser = new Parser();
  // A comment line without a space behind its # makes the lexer forget how far the value that follows must be indented,
  // so that it takes lines for part of it which are not; it is reminded here.
  const lexer = new Lexer() as unknown as { lex(text: string): Iterable<string>; indentNext: number };
  let indentNext: number | undefined;
  const documents: Document.Parsed[] = [];
  let tooDeep: number | undefined;
  let directive: number | undefined;
  let second: number | undefined;
  let anchored = false;
  let started = false;
  const take = (token: CST.Token): void => {
    if (token.type === 'error') {
      note(token, 'UNEXPECTED_TOKEN', token.message);
      return;
    }
    if (token.type === 'directive') directive ??= token.offset;
    if (token.type === 'document') {
      if (started) second ??= token.offset;
      started = true;
    }
    if (second === undefined) documents.push(...composer.next(token));
  };
  try {
    for (const lexeme of lexer.lex(text)) {
      const first = lexeme.charCodeAt(0);
      if (first === AMPERSAND) anchored = true;
      if (first === LF || first === CR) {
        indentNext = lexer.indentNext;
      } else if (first === HASH && indentNext !== undefined) {
        lexer.indentNext = indentNext;
      } else if (first !== SPACE) {
        indentNext = undefined;
      }
      for (const token of parser.next(lexeme)) take(token);
      if (parser.stack.length > MAX_STACK) tooDeep = parser.offset;
      if (tooDeep !== undefined || second !== undefined) break;
    }
    if (tooDeep === undefined) {
      if (second === undefined) for (const token of parser.end()) take(token);
      documents.push(...composer.end(true, text.length));
    }
  } catch (error) {
    if (error !== TOO_MANY) throw error;
  }
  const document = documents[0];
  for (const { code, message, pos } of document?.errors ?? [])
    faults.push({ code, message, start: pos[0], end: pos[1] });
  return { document, faults, tooDeep, directive, second, anchored };
}

function placeOf(source: FaultSource): { start: number; end: number } {
  if (typeof source === 'number') return { start: source, end: source + 1 };
  if ('offset' in source) {
    const length = typeof source.source === 'string' ? source.source.length : 1;
    return { start: source.offset, end: source.offset + length };
  }
  const start = source[0] ?? 0;
  return { start, end: source[1] ?? start + 1 };
}
