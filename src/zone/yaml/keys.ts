import type { MapEntry, ScalarNode, YamlNode } from './node.ts';
import { addProblem, type YamlProblem } from './problem.ts';

/**
 * The keys of one map, each by its place in the text. (`yaml`'s own check for repeated keys takes time quadratic in the
 * map; a `Map` of half a million texts takes longer than reading them.)
 *
 * An open hash table with linear probing, three numbers a key. Keys are chosen by whoever writes the document, so the
 * number of steps is bounded; what finds no slot, and keys whose text does not stand in the source as it is (escapes),
 * go to `others`.
 */
export interface KeyTable {
  readonly text: string;
  hashes: Int32Array;
  /** Where the key's text begins, plus one; 0 is a free slot. */
  places: Int32Array;
  lengths: Int32Array;
  count: number;
  readonly others: Map<string, number>;
}

const FIRST_SIZE = 64;
const MAX_STEPS = 64;

/** An empty table for keys that stand in `text`. */
export function keyTable(text: string): KeyTable {
  return {
    text,
    hashes: new Int32Array(FIRST_SIZE),
    places: new Int32Array(FIRST_SIZE),
    lengths: new Int32Array(FIRST_SIZE),
    count: 0,
    others: new Map(),
  };
}

/** Notes a key; one that was noted before is a problem and `false`. */
export function isNewKey(table: KeyTable, key: ScalarNode, problems: YamlProblem[]): boolean {
  const first = findOrAdd(table, key);
  if (first === -1) return true;
  addProblem(problems, repeatedKey(key, first));
  return false;
}

/** The place of an equal key, or -1 if there is none and this one was added. */
function findOrAdd(table: KeyTable, key: ScalarNode): number {
  const { text, others } = table;
  const { length } = key.text;
  const place = placeOf(key);
  const contiguous = text.startsWith(key.text, place);
  const hash = contiguous ? hashOf(text, place, place + length) : hashOf(key.text, 0, length);
  const mask = table.places.length - 1;
  let slot = hash & mask;
  let steps = 0;
  for (;;) {
    const other = table.places[slot] as number;
    if (other === 0) break;
    if (table.hashes[slot] === hash && table.lengths[slot] === length && text.startsWith(key.text, other - 1)) {
      return other - 1;
    }
    slot = (slot + 1) & mask;
    if (++steps === MAX_STEPS) break;
  }
  if (others.size > 0) {
    const other = others.get(key.text);
    if (other !== undefined) return other;
  }
  if (!contiguous || steps === MAX_STEPS) {
    others.set(key.text, place);
  } else {
    put(table, slot, hash, place + 1, length);
    if (table.count * 3 > mask * 2) grow(table);
  }
  return -1;
}

function put(table: KeyTable, slot: number, hash: number, place: number, length: number): void {
  table.hashes[slot] = hash;
  table.places[slot] = place;
  table.lengths[slot] = length;
  table.count++;
}

function grow(table: KeyTable): void {
  const { hashes, places, lengths, text, others } = table;
  const size = places.length * 2;
  table.hashes = new Int32Array(size);
  table.places = new Int32Array(size);
  table.lengths = new Int32Array(size);
  table.count = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (place === 0) continue;
    const hash = hashes[i] as number;
    const length = lengths[i] as number;
    let slot = hash & (size - 1);
    let steps = 0;
    while (table.places[slot] !== 0 && steps < MAX_STEPS) {
      slot = (slot + 1) & (size - 1);
      steps++;
    }
    if (steps === MAX_STEPS) others.set(text.slice(place - 1, place - 1 + length), place - 1);
    else put(table, slot, hash, place, length);
  }
}

/** FNV-1a over UTF-16 units, with the upper bits folded into the lower, which choose the slot. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** Where the text of a key begins: behind the quote. */
function placeOf(key: ScalarNode): number {
  return key.style === 'double' || key.style === 'single' ? key.start + 1 : key.start;
}

/** Up to this many entries it is faster to look at each. */
const FEW = 8;

/**
 * Adds an entry to a map, unless its key is there already: that is a problem which names both places. Gives back the
 * table of the keys once the map is big enough to need one.
 */
export function addEntry(
  entries: MapEntry[],
  table: KeyTable | undefined,
  key: ScalarNode,
  value: YamlNode,
  text: string,
  problems: YamlProblem[],
): KeyTable | undefined {
  if (table !== undefined) {
    if (isNewKey(table, key, problems)) entries.push({ key, value });
    return table;
  }
  for (let i = 0; i < entries.length; i++) {
    const other = (entries[i] as MapEntry).key;
    if (other.text === key.text) {
      addProblem(problems, repeatedKey(key, placeOf(other)));
      return undefined;
    }
  }
  entries.push({ key, value });
  if (entries.length <= FEW) return undefined;
  const filled = keyTable(text);
  for (const entry of entries) findOrAdd(filled, entry.key);
  return filled;
}

function repeatedKey(key: ScalarNode, first: number): YamlProblem {
  const shown = key.text.length > 60 ? `${key.text.slice(0, 57)}...` : key.text;
  return {
    code: 'duplicate-key',
    message: `"${shown}" is already a key of this map`,
    fix: 'put what stands under both into one entry, or delete one of them',
    start: key.start,
    end: key.end,
    related: { start: first, end: first + key.text.length, message: 'first written here' },
  };
}
