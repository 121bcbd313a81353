import { printTtl } from '../../dns/ttl.ts';
import type { Block, ListItemBlock, MapEntryBlock } from '../format/block.ts';
import { entryBlock, listBlock, mapBlock, scalarBlock } from '../format/block.ts';
import type { NewValue } from './change.ts';

/** A new value as a block. */
export function valueBlock({ text, options }: NewValue): Block {
  if (options === undefined) return scalarBlock(text);
  const entries = [entryBlock('value', scalarBlock(text))];
  if (options.nodes !== undefined)
    entries.push(entryBlock('nodes', listBlock(options.nodes.map((node) => scalarBlock(node)))));
  if (options.proxied) entries.push(entryBlock('proxied', scalarBlock('true')));
  return mapBlock(entries);
}

/** What stands under a type that was not there before. */
export function newTypeBlock(ttl: number | undefined, values: readonly NewValue[]): Block {
  const blocks = values.map(valueBlock);
  const value = blocks.length === 1 ? (blocks[0] as Block) : listBlock(blocks);
  if (ttl === undefined) return value;
  const plain = blocks.length === 1 && value.kind === 'map';
  return mapBlock([
    entryBlock('ttl', scalarBlock(printTtl(ttl))),
    entryBlock('values', plain ? listBlock(blocks) : value),
  ]);
}

/**
 * What stands under a type once its values are others: the blocks of the values that stay are used again, with their
 * comments, and a list stays a list. `keep[i]` is the place of the i-th value among those that stood there.
 */
export function changedTypeBlock(
  before: Block,
  ttl: number | undefined,
  values: readonly { readonly value: NewValue; readonly keep: number | undefined }[],
): Block {
  const wrapper =
    before.kind === 'map' && before.entries.some((entry) => entry.key.raw === 'values' || entry.key.raw === 'ttl')
      ? before
      : undefined;
  const under = wrapper?.entries.find((entry) => entry.key.raw === 'values' || entry.key.raw === 'value');
  const standing = wrapper === undefined ? before : (under?.value ?? before);
  const items: readonly ListItemBlock[] =
    standing.kind === 'list' ? standing.items : [{ lead: [], trail: '', value: standing }];
  const next = values.map(
    ({ value, keep }) =>
      (keep === undefined ? undefined : items[keep]) ?? { lead: [], trail: '', value: valueBlock(value) },
  );
  const alone = next.length === 1 && standing.kind !== 'list' ? next[0]?.value : undefined;
  const block: Block = alone ?? { ...(standing.kind === 'list' ? standing : listBlock([])), items: next };
  if (ttl === undefined) return block;
  const ttlEntry = wrapper?.entries.find((entry) => entry.key.raw === 'ttl');
  const entries: MapEntryBlock[] = [
    { ...(ttlEntry ?? entryBlock('ttl', block)), value: scalarBlock(printTtl(ttl)) },
    { ...entryBlock('values', block), lead: under?.lead ?? [], trail: under?.trail ?? '' },
  ];
  return { ...(wrapper ?? mapBlock([])), entries };
}
