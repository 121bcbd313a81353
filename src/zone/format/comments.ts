import type { YamlNode } from '../yaml/node.ts';

/** A comment of a document. */
export interface Comment {
  /** Where its `#` stands. */
  readonly start: number;
  /** From `#` to the end of the line, white space at the end cut off. */
  readonly text: string;
  /** Whether nothing stands before it on its line. */
  readonly ownLine: boolean;
  /** Spaces before it where it has its own line. */
  readonly indent: number;
}

/** What stands between the scalars of a document. */
export interface Between {
  readonly comments: readonly Comment[];
  /** Whether there are anchors, aliases or tags: one node in several places, or more than text. */
  readonly anchored: boolean;
}

/**
 * The comments of a document in their order. A `#` inside a scalar is none; everywhere else it begins a comment where it
 * is at the beginning of a line or behind white space (YAML 1.2 section 6.6).
 */
export function findComments(text: string, root: YamlNode | undefined): Between {
  const comments: Comment[] = [];
  let anchored = false;
  let at = 0;
  const scan = (limit: number): void => {
    if (at < limit && !anchored) anchored = /[&*!]/.test(text.slice(at, limit).replace(/(^|[\s\ufeff])#[^\n]*/g, ''));
    while (at < limit) {
      const hash = text.indexOf('#', at);
      if (hash < 0 || hash >= limit) break;
      const before = hash === 0 ? 10 : text.charCodeAt(hash - 1);
      at = hash + 1;
      if (before !== 10 && before !== 13 && before !== 32 && before !== 9 && before !== 0xfeff) continue;
      let end = text.indexOf('\n', hash);
      if (end < 0) end = text.length;
      const lineStart = text.lastIndexOf('\n', hash) + 1;
      const ownLine = /^[\ufeff \t]*$/.test(text.slice(lineStart, hash));
      comments.push({ start: hash, text: text.slice(hash, end).trimEnd(), ownLine, indent: hash - lineStart });
      at = end;
    }
    at = Math.max(at, limit);
  };
  const skip = (node: YamlNode): void => {
    if (node.kind === 'scalar') {
      // An alias of a scalar stands where the value would.
      if (text[node.start] === '*' && node.style !== 'empty') anchored = true;
      scan(node.start);
      at = Math.max(at, node.end);
    } else if (node.kind === 'map') {
      for (const entry of node.entries) {
        skip(entry.key);
        skip(entry.value);
      }
    } else {
      for (const item of node.items) skip(item);
    }
  };
  if (root !== undefined) skip(root);
  scan(text.length);
  return { comments, anchored };
}
