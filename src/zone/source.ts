/**
 * One file of the repository that findings point into: its path, relative to the folder of `zonewright.yaml`, with `/`
 * between folders on every system, and its text.
 */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A stretch of a source file, in UTF-16 units from its beginning. */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A place as people and editors name it: lines and columns from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const lineStarts = new WeakMap<SourceFile, Uint32Array>();

/** Where the lines of a file begin; found once for a file and only when something has to be said about it. */
function startsOf(source: SourceFile): Uint32Array {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  let count = 1;
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) count++;
  const starts = new Uint32Array(count);
  let line = 1;
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts[line++] = at + 1;
  lineStarts.set(source, starts);
  return starts;
}

function lineColumn(source: SourceFile, offset: number): { line: number; column: number } {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] as number) + 1 };
}

/** The place of a span. */
export function placeOf(span: Span): Place {
  const start = lineColumn(span.source, span.start);
  const end = span.end <= span.start ? start : lineColumn(span.source, span.end);
  return { file: span.source.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
