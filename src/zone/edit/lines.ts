import type { MapEntry, YamlNode } from '../yaml/node.ts';

/** Where a stretch of a text becomes another text. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies edits that do not overlap; those at one place in the order in which they were made, but what is put in at a place
 * stands before what is made of the text that begins there.
 */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits
    .map((edit, at) => ({ edit, at, puts: edit.start === edit.end ? 0 : 1 }))
    .sort((a, b) => a.edit.start - b.edit.start || a.puts - b.puts || a.at - b.at);
  let result = '';
  let at = 0;
  for (const { edit } of ordered) {
    result += text.slice(at, edit.start) + edit.text;
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at);
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line of an offset ends, behind its line end; the end of the text where it has none. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** The lines of an entry: from the beginning of its key's line to the end of the line on which its value ends. */
export function entryLines(text: string, entry: MapEntry): { start: number; end: number } {
  return { start: lineStart(text, entry.key.start), end: lineEnd(text, lastOffset(entry)) };
}

function lastOffset(entry: MapEntry): number {
  const { value } = entry;
  const end = Math.max(entry.key.end, value.end);
  // A block scalar ends behind its last line end: that line is its own, not the next one's.
  return value.kind === 'scalar' && value.style === 'block'
    ? Math.max(value.start, end - 1)
    : lastOfChildren(value, end);
}

function lastOfChildren(node: YamlNode, end: number): number {
  const last = node.kind === 'map' ? node.entries.at(-1)?.value : node.kind === 'seq' ? node.items.at(-1) : undefined;
  if (last === undefined || node.kind === 'scalar' || node.flow) return end;
  return last.kind === 'scalar' && last.style === 'block' ? Math.max(last.start, end - 1) : lastOfChildren(last, end);
}

/** Whether nothing but spaces stands before an offset on its line. */
export function startsLine(text: string, offset: number): boolean {
  return /^ *$/.test(text.slice(lineStart(text, offset), offset));
}

/** The edit that takes whole lines away, and one of the two blank lines that would meet. */
export function removeLines(text: string, start: number, end: number): TextEdit {
  const before = text.slice(lineStart(text, Math.max(0, start - 1)), start);
  const after = text.slice(end, lineEnd(text, end));
  const meet = before.trim() === '' && after !== '' && after.trim() === '' && start > 0;
  return { start, end: meet ? lineEnd(text, end) : end, text: '' };
}

/** The edit that puts whole lines behind an offset that ends a line. */
export function insertLines(text: string, at: number, lines: string): TextEdit {
  const unfinished = at > 0 && text[at - 1] !== '\n';
  return { start: at, end: at, text: unfinished ? `\n${lines.replace(/\n$/, '')}` : lines };
}
