import type { DomainName } from '../name.ts';
import { canonicalKey, ROOT } from '../name.ts';

/**
 * The canonical order (RFC 4034 section 6.1) of names that are all at or below `apex`, as indexes into them; `undefined`
 * where they are in order already.
 *
 * Names in order cost one look at each; a million in any order take well under a second.
 */
export function canonicalOrder(apex: DomainName, names: readonly DomainName[]): Uint32Array | undefined {
  // What a name below the apex has behind its own labels: in its text, and before them in its key.
  const suffix = apex === ROOT ? 1 : apex.length + 1;
  const prefix = apex === ROOT ? 0 : canonicalKey(apex).length;
  const keys: string[] = [];
  let sorted = true;
  let last = '';
  for (const name of names) {
    const key = name === apex ? '' : keyBelow(name, suffix, prefix);
    if (key < last) sorted = false;
    keys.push(key);
    last = key;
  }
  if (sorted) return undefined;
  const order = new Uint32Array(names.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  sortRun({ keys, heads: packHeads(keys), order, packed: new Float64Array(order.length) }, 0, order.length, 0);
  return order;
}

/** The names of a zone in canonical order, the apex first. All must be at or below `apex`. */
export function ownersInOrder(apex: DomainName, owners: Iterable<DomainName>): DomainName[] {
  const names = [...owners];
  const order = canonicalOrder(apex, names);
  return order === undefined ? names : Array.from(order, (i) => names[i] as DomainName);
}

/** The last of some names in canonical order that is not behind the name with a key (`canonicalKey`); -1 where all are. */
export function lastUpTo(length: number, nameAt: (i: number) => DomainName, key: string): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (canonicalKey(nameAt(middle)) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const DOT = 46;
const BACKSLASH = 92;

/** What orders a name among those below the apex: its labels from the right, parted by the octet that sorts first. */
function keyBelow(name: DomainName, suffix: number, prefix: number): string {
  const length = name.length - suffix;
  for (let i = 0; i < length; i++) {
    const c = name.charCodeAt(i);
    if (c === DOT || c === BACKSLASH) return canonicalKey(name).slice(prefix, -1);
  }
  return name.slice(0, length);
}

interface Sorting {
  readonly keys: readonly string[];
  /** The first octets of the keys, four a number, {@link HEAD} numbers a key: looking there spares looking at strings. */
  readonly heads: Uint32Array;
  /** The indexes of the keys, in the order that is being made. */
  readonly order: Uint32Array;
  readonly packed: Float64Array;
}

/** Runs shorter than this are sorted by insertion. */
const SHORT = 8;
/** Four octets of a key and an index fit into the 53 bits of a number, so numbers are sorted instead of strings. */
const INDEX_SPACE = 2 ** 21;

/** How many numbers of four octets are kept of each key. */
const HEAD = 4;

function packHeads(keys: readonly string[]): Uint32Array {
  const heads = new Uint32Array(keys.length * HEAD);
  let at = 0;
  for (const key of keys) for (let depth = 0; depth < HEAD; depth++) heads[at++] = fourOctets(key, depth);
  return heads;
}

/** Sorts `order[from..to)`, whose keys are equal in their first `depth` times four octets. */
function sortRun(sorting: Sorting, from: number, to: number, depth: number): void {
  const { keys, heads, order, packed } = sorting;
  if (to - from < SHORT || keys.length > INDEX_SPACE) {
    sortByComparing(sorting, from, to);
    return;
  }
  for (let i = from; i < to; i++) {
    const index = order[i] as number;
    const four = depth < HEAD ? (heads[index * HEAD + depth] as number) : fourOctets(keys[index] as string, depth);
    packed[i] = four * INDEX_SPACE + index;
  }
  packed.subarray(from, to).sort();
  let start = from;
  let octets = -1;
  for (let i = from; i <= to; i++) {
    const value = i < to ? (packed[i] as number) : -1;
    const next = Math.floor(value / INDEX_SPACE);
    if (i < to) order[i] = value - next * INDEX_SPACE;
    if (next === octets) continue;
    // Equal keys end in the same padding; they have no order to be found.
    if (i - start > 1 && octets % 256 !== 0) sortRun(sorting, start, i, depth + 1);
    else if (i - start > 1) sortByComparing(sorting, start, i);
    start = i;
    octets = next;
  }
}

function fourOctets(key: string, depth: number): number {
  let value = 0;
  for (let i = 4 * depth; i < 4 * depth + 4; i++) value = value * 256 + (i < key.length ? key.charCodeAt(i) : 0);
  return value;
}

function sortByComparing({ keys, order }: Sorting, from: number, to: number): void {
  if (to - from >= SHORT) {
    order.subarray(from, to).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const index = order[i] as number;
    const key = keys[index] as string;
    let at = i;
    for (; at > from && (keys[order[at - 1] as number] as string) > key; at--) order[at] = order[at - 1] as number;
    order[at] = index;
  }
}
