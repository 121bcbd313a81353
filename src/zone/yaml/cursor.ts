import { MAX_MEMBERS } from './limits.ts';
import type { MapEntry } from './node.ts';
import { addProblem, type YamlProblem } from './problem.ts';
import type { OpenStream } from './stream.ts';

/** The codes of the characters that mean something to YAML. */
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const HASH = 35;
export const STAR = 42;
export const COMMA = 44;
export const DASH = 45;
export const DOT = 46;
export const COLON = 58;
export const AT = 64;
export const OPEN_BRACKET = 91;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;
export const DOUBLE_QUOTE = 34;
export const SINGLE_QUOTE = 39;
export const QUESTION = 63;
export const BACKSLASH = 92;

/**
 * Thrown by the fast reader when it is not sure, and never seen outside: the general reader decides instead. One object
 * for all, because making an Error costs more than reading an entry.
 */
export const DOUBT = new Error('the fast YAML reader steps aside');

/** Thrown when reading on is of no use; why is noted as a problem. */
export const STOP = new Error('the YAML reader stops');

/**
 * Reads one entry of a block map that the fast reader is not sure of, on its own.
 *
 * `from` is where the entry's first line begins, `indent` the column of the map's keys, `depth` the map's. Gives the
 * entry, or none if it is broken (the problems are noted), and where the next entry's line begins; `undefined` when the
 * entry cannot be told apart from the document around it.
 */
export type Rescue = (
  from: number,
  indent: number,
  depth: number,
) => { entry: MapEntry | undefined; next: number } | undefined;

/** Where the fast reader is. `text` always ends in a line feed, so that no scan has to test for the end. */
export interface Reader {
  readonly text: string;
  pos: number;
  readonly length: number;
  /** Where the line of the cursor begins. */
  lineStart: number;
  /** The indentation of the line that was moved to last, -1 at the end of the text. */
  indent: number;
  /** Items and entries that are kept in memory. */
  members: number;
  readonly problems: YamlProblem[];
  readonly stream: OpenStream | undefined;
  readonly rescue: Rescue | undefined;
}

/** Counts one more item or entry that is kept. */
export function keepMember(r: Reader): void {
  if (++r.members <= MAX_MEMBERS) return;
  addProblem(r.problems, {
    code: 'too-large',
    message: `the file has more than ${MAX_MEMBERS} values`,
    fix: 'divide it into several files',
    start: r.pos,
    end: r.pos,
  });
  throw STOP;
}

/** Whether `---` or `...` stands here as a document marker (section 9.1.2); only asked at the beginning of a line. */
export function isMarker(text: string, at: number): boolean {
  return (text.startsWith('---', at) || text.startsWith('...', at)) && text.charCodeAt(at + 3) <= SPACE;
}
