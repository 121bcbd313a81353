import { checkCharacters } from './characters.ts';
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, CR, DASH, HASH, LF, type Rescue, SPACE, TAB } from './cursor.ts';
import { readFast } from './fast.ts';
import { readEntryAlone, readGeneral } from './general.ts';
import { MAX_GENERAL_SIZE, MAX_SIZE } from './limits.ts';
import type { YamlNode } from './node.ts';
import { addProblem, type YamlProblem } from './problem.ts';
import type { EntryStream, OpenStream } from './stream.ts';

/** How to read. */
export interface ReadOptions {
  /** Hand the entries of one map over instead of keeping them; in the tree it is then empty. */
  readonly stream?: EntryStream;
  /** The longest text to read, in UTF-16 units; 256 Mi unless given. */
  readonly maxSize?: number;
}

/** What reading gives. */
export interface YamlReading {
  /**
   * The document; absent when it could not be read at all. Without content it is an empty scalar.
   */
  readonly root: YamlNode | undefined;
  /** Everything that is wrong, in no particular order; empty if the document is good. */
  readonly problems: YamlProblem[];
  /** Whether everything in the text is in the tree or was handed over, except repeated keys. */
  readonly complete: boolean;
  /** Whether each entry was read by itself, so that none hangs on another: there are no anchors and aliases over entries. */
  readonly apart: boolean;
}

/**
 * Reads a YAML 1.2 document into nodes with places: scalars are text, keys are unique, anchors and aliases are bounded,
 * tags and everything that could mean two things are problems.
 *
 * A text of a hundred megabytes is read at some 50 MB a second by the fast reader, single entries that it does not know
 * (block scalars, values over several lines, mistakes) by the `yaml` package, and the rest goes on. Only what reaches
 * over entries, anchors above all, takes the whole text to `yaml`, and only up to a size.
 */
export function readYaml(text: string, options: ReadOptions = {}): YamlReading {
  const { stream, maxSize = MAX_SIZE } = options;
  if (text.length > maxSize) {
    const problem: YamlProblem = {
      code: 'too-large',
      message: `the file has ${text.length} characters, more than the ${maxSize} that are read`,
      fix: 'divide it into several files',
      start: 0,
      end: 0,
    };
    return { root: undefined, problems: [problem], complete: false, apart: false };
  }
  const problems: YamlProblem[] = [];
  checkCharacters(text, problems);
  if (problems.length > 0) return readAround(text, problems);
  const rescue: Rescue = (from, indent, depth) => {
    const { end, next } = entryLines(text, from, indent);
    if (end - from > MAX_GENERAL_SIZE) return undefined;
    const reading = readEntryAlone(text, from, end, indent, depth, problems);
    if (reading.kind === 'unclear') return undefined;
    return reading.kind === 'entry' ? { entry: reading.entry, next } : { entry: undefined, next };
  };
  const fast = readFast(text, problems, stream && openStream(stream), rescue);
  if (fast.done === 'stopped') return { root: undefined, problems, complete: false, apart: false };
  const root = fast.done ? fast.root : readWhole(text, fast.at, problems, stream);
  return { root, problems, complete: root !== undefined && problems.every(losesNothing), apart: fast.done };
}

function openStream(stream: EntryStream): OpenStream {
  return { key: stream.key, consume: stream.open() };
}

function losesNothing(problem: YamlProblem): boolean {
  return problem.code === 'duplicate-key' || problem.code === 'tag';
}

/** Reads all of it with `yaml`; what was noted so far comes again. */
function readWhole(
  text: string,
  doubt: number,
  problems: YamlProblem[],
  stream: EntryStream | undefined,
): YamlNode | undefined {
  if (text.length > MAX_GENERAL_SIZE) {
    addProblem(problems, {
      code: 'too-large',
      message: `from here on the file cannot be read: it has an anchor (&) or alias (*) or a mistake, and is longer than ${MAX_GENERAL_SIZE} characters`,
      fix: 'check quotes, brackets and indentation here; write out what anchors and aliases stand for; or divide the file',
      start: doubt,
      end: Math.min(doubt + 1, text.length),
    });
    return undefined;
  }
  problems.length = 0;
  return readGeneral(text, problems, stream && openStream(stream));
}

/** A text with more forbidden characters than this is no text, and what else is wrong with it is of no use. */
const FEW = 20;

/** Reads a text with forbidden characters as if they were others, only to tell what else is wrong. */
function readAround(text: string, problems: YamlProblem[]): YamlReading {
  if (problems.length <= FEW) {
    let readable = '';
    let from = 0;
    for (const { start } of problems) {
      readable += text.slice(from, start) + (text[start] === '\r' ? '\n' : '\ufffd');
      from = start + 1;
    }
    for (const problem of readYaml(readable + text.slice(from)).problems) addProblem(problems, problem);
  }
  return { root: undefined, problems, complete: false, apart: false };
}

/**
 * The lines of the entry whose first line begins at `from` in a block map with its keys in column `indent`: up to the
 * next line whose content does not reach further to the right (`next`). What may stand in the keys' own column and still
 * belong to the entry is a dash, a closing bracket and the colon of an explicit key. Comments after the last line of the
 * entry that stand no further right are left out of it (`end`): they cannot be part of a block scalar.
 */
function entryLines(text: string, from: number, indent: number): { end: number; next: number } {
  const { length } = text;
  let comment: number | undefined;
  let line = nextLine(text, from);
  while (line < length) {
    let i = line;
    while (text.charCodeAt(i) === SPACE) i++;
    const column = i - line;
    while (i < length && (text.charCodeAt(i) === SPACE || text.charCodeAt(i) === TAB)) i++;
    const c = i < length ? text.charCodeAt(i) : LF;
    if (c === HASH) {
      if (column <= indent) comment ??= line;
    } else if (c !== LF && c !== CR) {
      if (column <= indent && i - line === column && !(column === indent && continuesEntry(text, i, c))) {
        return { end: comment ?? line, next: line };
      }
      comment = undefined;
    }
    line = nextLine(text, i);
  }
  return { end: comment ?? length, next: length };
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end + 1;
}

function continuesEntry(text: string, at: number, c: number): boolean {
  if (c === CLOSE_BRACE || c === CLOSE_BRACKET) return true;
  return (c === DASH || c === COLON) && (at + 1 === text.length || text.charCodeAt(at + 1) <= SPACE);
}
