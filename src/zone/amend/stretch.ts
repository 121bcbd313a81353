/** Where two texts differ. */
export interface Stretch {
  /** Up to here they are the same. */
  readonly start: number;
  /** From here on in the first, and from here on in the second, they are the same again. */
  readonly endBefore: number;
  readonly endAfter: number;
}

/** How many characters are held against each other at once: the engine compares texts faster than any loop here. */
const BLOCK = 8192;

/** The stretch in which two texts differ; `undefined` where they are the same. */
export function differingStretch(before: string, after: string): Stretch | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start + BLOCK <= shorter && before.slice(start, start + BLOCK) === after.slice(start, start + BLOCK))
    start += BLOCK;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  const most = shorter - start;
  let same = 0;
  while (same + BLOCK <= most && tail(before, same) === tail(after, same)) same += BLOCK;
  while (same < most && before.charCodeAt(before.length - same - 1) === after.charCodeAt(after.length - same - 1))
    same++;
  return { start, endBefore: before.length - same, endAfter: after.length - same };
}

/** The block in front of the last characters. */
function tail(text: string, same: number): string {
  return text.slice(text.length - same - BLOCK, text.length - same);
}
