import type { Block } from '../format/block.ts';
import { blocksOf } from '../format/read.ts';
import type { MapNode, YamlNode } from '../yaml/node.ts';
import { paragraphs } from './comments.ts';

/** The lines above an entry or an item, and what stands behind it; an empty string for nothing. */
export interface EntryComments {
  readonly above: readonly string[];
  readonly behind: string;
}

/** The comments of a YAML document. */
export interface YamlComments {
  /** Those above everything, parted from the first entry by a blank line. */
  readonly header: readonly string[];
  readonly tail: readonly string[];
  /** The comments above and behind the entry or the item that begins at an offset; they are given once. */
  take(at: number): EntryComments;
}

interface Around {
  readonly above: string[];
  readonly behind: string[];
}

const NOTHING: EntryComments = { above: [], behind: '' };

/** The comments of a document; none where it uses anchors, which stand in one place and are meant in several. */
export function commentsOf(text: string, root: MapNode): YamlComments {
  const blocks = text.includes('#') ? blocksOf(text, root) : undefined;
  const around = new Map<number, Around>();
  if (blocks !== undefined) collect(around, blocks, root, true);
  const first = around.get(root.entries[0]?.key.start ?? -1)?.above ?? [];
  const header = first.splice(0, first.lastIndexOf('') + 1);
  return {
    header: paragraphs(header),
    tail: paragraphs((blocks?.tail ?? []).map(bare)),
    take(at) {
      const found = around.get(at);
      if (found === undefined) return NOTHING;
      around.delete(at);
      return { above: paragraphs(found.above), behind: found.behind.join(' ') };
    },
  };
}

function collect(around: Map<number, Around>, block: Block, node: YamlNode, outermost = false): void {
  if (block.kind === 'map' && node.kind === 'map') {
    for (const [i, entry] of block.entries.entries()) {
      const { key, value } = node.entries[i] as MapNode['entries'][number];
      put(around, key.start, entry.lead, entry.trail);
      collect(around, entry.value, value);
    }
    if (!outermost && node.entries[0] !== undefined) putTail(around, block.tail, node.entries[0].key.start);
  } else if (block.kind === 'list' && node.kind === 'seq') {
    for (const [i, item] of block.items.entries()) {
      const child = node.items[i] as YamlNode;
      put(around, child.start, item.lead, item.trail);
      collect(around, item.value, child);
    }
    if (node.items[0] !== undefined) putTail(around, block.tail, node.items[0].start);
  }
}

/** Comments behind the last of a collection go to its beginning, where something of it is sure to take them. */
function putTail(around: Map<number, Around>, tail: readonly string[], at: number): void {
  if (tail.some((line) => line !== '')) put(around, at, tail, '');
}

function put(around: Map<number, Around>, at: number, lead: readonly string[], trail: string): void {
  if (lead.length === 0 && trail === '') return;
  let known = around.get(at);
  if (known === undefined) {
    known = { above: [], behind: [] };
    around.set(at, known);
  }
  known.above.push(...lead.map(bare));
  if (trail !== '') known.behind.push(bare(trail));
}

function bare(comment: string): string {
  return comment.replace(/^#+ ?/, '').trim();
}
