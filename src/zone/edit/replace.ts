import { parseSeconds, printTtl } from '../../dns/ttl.ts';
import type { Document } from '../document/document.ts';
import type { MapEntryBlock } from '../format/block.ts';
import type { MapEntry, YamlNode } from '../yaml/node.ts';
import { quoteScalar } from '../yaml/quote.ts';
import { changedTypeBlock } from './blocks.ts';
import type { NewValue, ZoneChange } from './change.ts';
import type { TextEdit } from './lines.ts';
import { insertLines, lineEnd, lineStart } from './lines.ts';
import type { Editing } from './open.ts';
import { reprintOwner, reprintType } from './reprint.ts';
import { newValueKey, type Standing, standingValues } from './values.ts';

/** A value of the new RRset, and which of the standing ones it is or takes the place of. */
interface Placed {
  readonly value: NewValue;
  /** The standing value that is the same. */
  readonly keep: number | undefined;
  /** The standing value in whose place it is written. */
  readonly over: number | undefined;
}

/** The edits that give a type other values, or another TTL. */
export function replaceValues(
  editing: Editing,
  document: Document,
  owner: MapEntry,
  type: MapEntry,
  change: ZoneChange & { kind: 'put' },
): TextEdit[] {
  const standing = standingValues(document, editing.apex, change.type, type.value);
  const { placed, removed } = placeValues(editing, standing, change);
  const ttlNow = standing.ttl === undefined ? undefined : parseSeconds(standing.ttl.text);
  const sameTtl = ttlNow === change.ttl;
  const changed = placed.filter((each) => each.keep === undefined);
  if (sameTtl && changed.length === 0 && removed.length === 0) return [];
  const ttlEdit = sameTtl ? [] : ttlInPlace(standing, change.ttl);
  const valueEdits = valuesInPlace(editing, owner, type, standing, placed, removed);
  if (ttlEdit !== undefined && valueEdits !== undefined) return [...ttlEdit, ...valueEdits];
  const reblock = (entry: MapEntryBlock): MapEntryBlock => ({
    ...entry,
    value: changedTypeBlock(entry.value, change.ttl, placed),
  });
  if (owner.value.kind === 'map' && owner.value.flow) {
    return reprintOwner(editing, owner, (entries) =>
      entries.map((entry) => (entry.key.raw === type.key.text ? reblock(entry) : entry)),
    );
  }
  return reprintType(editing, type, (value) => changedTypeBlock(value, change.ttl, placed));
}

/** Matches the new values with the standing ones: equal ones stay, others take the places of those that go, in order. */
function placeValues(
  editing: Editing,
  standing: Standing,
  change: ZoneChange & { kind: 'put' },
): { placed: Placed[]; removed: number[] } {
  const free = new Map<string, number>();
  standing.values.forEach((value, at) => {
    if (value.key !== undefined) free.set(value.key, at);
  });
  const kept = new Set<number>();
  const keeps = change.values.map((value) => {
    const at = free.get(newValueKey(editing.apex, change.type, value));
    if (at === undefined || kept.has(at)) return undefined;
    kept.add(at);
    return at;
  });
  const going = standing.values.map((_, at) => at).filter((at) => !kept.has(at));
  const news = change.values.flatMap((value, i): Placed[] =>
    keeps[i] === undefined ? [{ value, keep: undefined, over: going.shift() }] : [],
  );
  const stays = change.values.flatMap((value, i): Placed[] =>
    keeps[i] === undefined ? [] : [{ value, keep: keeps[i], over: keeps[i] }],
  );
  // The order of the document stays: what is new and takes no place goes to the end.
  const order = (each: Placed): number => each.over ?? Number.POSITIVE_INFINITY;
  return {
    placed: [...stays, ...news].sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b))),
    removed: going,
  };
}

/** The edit of a TTL that stands there and stays; `undefined` where the shape around the values changes. */
function ttlInPlace(standing: Standing, ttl: number | undefined): TextEdit[] | undefined {
  if (standing.ttl === undefined || ttl === undefined) return undefined;
  return [{ start: standing.ttl.start, end: standing.ttl.end, text: printTtl(ttl) }];
}

/** The edits of scalars and of whole lines of a block list; `undefined` where the shape around the values changes. */
function valuesInPlace(
  { text }: Editing,
  owner: MapEntry,
  type: MapEntry,
  standing: Standing,
  placed: readonly Placed[],
  removed: readonly number[],
): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  const flow =
    (owner.value.kind === 'map' && owner.value.flow) ||
    isFlow(type.value) ||
    (standing.list !== undefined && isFlow(standing.list));
  const added: NewValue[] = [];
  for (const each of placed) {
    if (each.keep !== undefined) continue;
    if (each.over === undefined) {
      added.push(each.value);
      continue;
    }
    const { scalar, node } = standing.values[each.over] as Standing['values'][number];
    if (
      scalar === undefined ||
      scalar.style === 'block' ||
      scalar.style === 'empty' ||
      each.value.options !== undefined ||
      node.kind !== 'scalar'
    )
      return undefined;
    edits.push({
      start: scalar.start,
      end: scalar.end,
      text: quoteScalar(each.value.text, flow ? 'flow-value' : 'block-value'),
    });
  }
  if (added.length === 0 && removed.length === 0) return edits;
  const list = standing.list;
  if (list?.kind !== 'seq' || list.flow || added.some((value) => value.options !== undefined)) return undefined;
  if (!list.items.every((item) => item.kind === 'scalar' && isDashLine(text, item))) return undefined;
  for (const at of removed) {
    const item = list.items[at] as YamlNode;
    edits.push({ start: lineStart(text, item.start), end: lineEnd(text, item.end), text: '' });
  }
  const last = list.items.at(-1) as YamlNode;
  const margin = text.slice(lineStart(text, last.start), last.start);
  if (added.length > 0) {
    const lines = added.map((value) => `${margin}${quoteScalar(value.text, 'block-value')}\n`).join('');
    edits.push(insertLines(text, lineEnd(text, last.end), lines));
  }
  return edits;
}

function isFlow(node: YamlNode): boolean {
  return node.kind !== 'scalar' && node.flow;
}

/** Whether an item stands alone on its line behind its dash. */
function isDashLine(text: string, item: YamlNode): boolean {
  return (
    /^ *- +$/.test(text.slice(lineStart(text, item.start), item.start)) &&
    !text.slice(item.start, item.end).includes('\n')
  );
}
