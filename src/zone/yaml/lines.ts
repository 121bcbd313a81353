/** A place for people: `line` and `column` begin at 1; columns count UTF-16 units, as editors and the LSP do. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into lines and columns; the table of lines is made when it is first asked. */
export interface LineIndex {
  /** The place of an offset; an offset beyond the end is the end. Lines end in LF, a CR before it is part of the line. */
  at(offset: number): LineColumn;
  /** The text of a line without its line end, `''` for a line that does not exist. */
  lineText(line: number): string;
}

/** An index over `text`: building it costs one pass, each question afterwards a binary search. */
export function lineIndex(text: string): LineIndex {
  let starts: number[] | undefined;
  const table = (): number[] => {
    starts ??= lineStarts(text);
    return starts;
  };
  return {
    at(offset) {
      const found = table();
      const at = Math.min(Math.max(offset, 0), text.length);
      let low = 0;
      let high = found.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((found[middle] as number) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: at - (found[low] as number) + 1 };
    },
    lineText(line) {
      const found = table();
      const start = found[line - 1];
      if (start === undefined) return '';
      const next = found[line];
      let end = next === undefined ? text.length : next - 1;
      if (end > start && text.charCodeAt(end - 1) === 13) end--;
      return text.slice(start, end);
    },
  };
}

/** The place of one offset; whoever asks for many of one text keeps a `lineIndex`. */
export function lineColumn(text: string, offset: number): LineColumn {
  return lineIndex(text).at(offset);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
