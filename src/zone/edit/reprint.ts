import { DnsSyntaxError } from '../../dns/fault.ts';
import type { Block, MapEntryBlock } from '../format/block.ts';
import { mapBlock } from '../format/block.ts';
import { printOwner, printType } from '../format/print.ts';
import { blocksOf } from '../format/read.ts';
import type { MapEntry } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import type { TextEdit } from './lines.ts';
import { entryLines, lineStart, startsLine } from './lines.ts';
import type { Editing } from './open.ts';

/** Prints an owner anew with other types; its comments stay. For owners whose types do not have lines of their own. */
export function reprintOwner(
  editing: Editing,
  owner: MapEntry,
  change: (types: readonly MapEntryBlock[]) => MapEntryBlock[],
): TextEdit[] {
  const { start, end, block, indent } = entryAlone(editing, owner);
  const before = block.value.kind === 'map' ? block.value : mapBlock([]);
  const value: Block = { ...before, entries: change(before.entries) };
  return [{ start, end, text: printOwner({ ...block, value }, indent) }];
}

/** Prints a type anew with other values; its comments stay. */
export function reprintType(editing: Editing, type: MapEntry, change: (value: Block) => Block): TextEdit[] {
  const { start, end, block, indent } = entryAlone(editing, type);
  return [{ start, end, text: printType({ ...block, value: change(block.value) }, indent) }];
}

/** The blocks of one entry, read from its own lines: a big document is not read again for one of its owners. */
function entryAlone(
  { text }: Editing,
  entry: MapEntry,
): { start: number; end: number; block: MapEntryBlock; indent: number } {
  const { start, end } = entryLines(text, entry);
  const indent = entry.key.start - lineStart(text, entry.key.start);
  const lines = text.slice(start, end);
  const { root } = startsLine(text, entry.key.start) ? readYaml(lines) : { root: undefined };
  const block = root?.kind === 'map' && root.entries.length === 1 ? blocksOf(lines, root)?.entries[0] : undefined;
  if (block === undefined) {
    throw new DnsSyntaxError(
      'the records are written in a way that cannot be changed in place',
      'run "zonewright fmt", and change them then',
    );
  }
  return { start, end, block, indent };
}
