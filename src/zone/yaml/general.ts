import type { ParsedNode } from 'yaml';
import { compose } from './compose.ts';
import { convert, convertPair, type ParsedPair, startConversion } from './convert.ts';
import { explain } from './explain.ts';
import { yamlLibrary } from './library.ts';
import { type MapEntry, scalarNode, type YamlNode } from './node.ts';
import { addProblem, type YamlProblem } from './problem.ts';
import type { OpenStream } from './stream.ts';

/**
 * Reads a whole text with the `yaml` package: everything that YAML 1.2 has, every error named.
 *
 * Gives the root, or none if the text is not YAML (the problems say why). A text without content is an empty scalar.
 */
export function readGeneral(
  text: string,
  problems: YamlProblem[],
  stream: OpenStream | undefined,
): YamlNode | undefined {
  // `yaml` takes a list after a byte order mark for an error.
  const mark = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const read = mark === 0 ? text : text.slice(mark);
  const composed = compose(read);
  const found = explain(read, composed);
  for (const problem of found) addProblem(problems, moveProblem(problem, mark, mark, text.length));
  if (composed.document === undefined || found.length > 0) return undefined;
  const contents = composed.document.contents as ParsedNode | null;
  if (contents === null) return scalarNode('', mark, mark, 'empty');
  return convert(contents, startConversion(text, mark, problems), 1, stream);
}

/** What reading one entry alone came to. */
export type EntryReading =
  | { readonly kind: 'entry'; readonly entry: MapEntry }
  /** The entry is broken; the problems are noted. */
  | { readonly kind: 'broken' }
  /** What it means hangs on the document around it. */
  | { readonly kind: 'unclear' };

/**
 * Reads one entry of a block map by itself: the lines from `from` to `to`, keys in column `indent`, the map at `depth`.
 *
 * The lines are put into a map of their own and followed by a second entry: only if exactly these two come out is the
 * entry complete in itself, so that nothing after it can change it. Anchors make it unclear: other entries may refer to
 * them.
 */
export function readEntryAlone(
  text: string,
  from: number,
  to: number,
  indent: number,
  depth: number,
  problems: YamlProblem[],
): EntryReading {
  const before = indent > 0 ? 'x:\n' : '';
  const lines = text.slice(from, to);
  const followed = lines.endsWith('\n');
  const alone = before + lines + (followed ? `${' '.repeat(indent)}y: z\n` : '');
  const shift = from - before.length;
  const composed = compose(alone);
  if (composed.anchored || composed.directive !== undefined || composed.second !== undefined)
    return { kind: 'unclear' };
  const found = explain(alone, composed);
  if (found.length > 0 || composed.document === undefined) {
    for (const problem of found) {
      // What is only wrong with the entry added here is wrong with the lines before it: they are no entry.
      const moved = problem.start + shift < to ? moveProblem(problem, shift, from, to) : noEntry(text, from, to);
      addProblem(problems, moved);
    }
    return { kind: 'broken' };
  }
  const { isMap } = yamlLibrary();
  let map = composed.document.contents as ParsedNode | null;
  if (before !== '' && isMap(map)) map = map.items[0]?.value as ParsedNode | null;
  if (!isMap(map) || map.flow === true || map.items.length !== (followed ? 2 : 1)) return { kind: 'unclear' };
  const entry = convertPair(map.items[0] as ParsedPair, false, startConversion(text, shift, problems), depth);
  return entry === undefined ? { kind: 'broken' } : { kind: 'entry', entry };
}

/** What is wrong with lines that are well-formed but no entry. */
function noEntry(text: string, from: number, to: number): YamlProblem {
  let start = from;
  while (text[start] === ' ') start++;
  const lineFeed = text.indexOf('\n', start);
  const end = lineFeed === -1 ? to : Math.max(lineFeed, start);
  if (text.startsWith('- ', start)) {
    return {
      code: 'syntax',
      message: 'an item of a list stands among the keys of a map',
      fix: 'begin the dash in the same column as the dashes of the list it belongs to',
      start,
      end,
    };
  }
  return {
    code: 'syntax',
    message: 'this line is no "key: value" as the lines above are',
    fix: 'write a key, a colon, a space and the value; indent the line further if it continues the value above',
    start,
    end,
  };
}

/** The problem of a part, at its place in the whole; what lies outside of `from` to `to` is drawn to the border. */
function moveProblem(problem: YamlProblem, shift: number, from: number, to: number): YamlProblem {
  const move = (place: number): number => Math.min(Math.max(place + shift, from), to);
  const { related } = problem;
  return {
    ...problem,
    start: move(problem.start),
    end: move(problem.end),
    ...(related && { related: { ...related, start: move(related.start), end: move(related.end) } }),
  };
}
