import type { Edit } from './finding.ts';

/**
 * A text with its edits made, which all are of this text. Edits that overlap an earlier one are left out, and of two at the
 * same place the first given counts: what they would have repaired is found again. The order in which they are given does
 * not matter otherwise. An edit out of bounds is left out.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const wanted = edits.filter(({ start, end }) => start >= 0 && start <= end && end <= text.length);
  wanted.sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let done = 0;
  let insertedAt = -1;
  for (const { start, end, text: replacement } of wanted) {
    if (start < done || (start === end && start === insertedAt)) continue;
    parts.push(text.slice(done, start), replacement);
    done = end;
    insertedAt = start === end ? end : -1;
  }
  parts.push(text.slice(done));
  return parts.join('');
}
