import { canonicalKey, type DomainName } from '../../dns/name.ts';
import { lineEnd } from '../edit/lines.ts';
import type { DeclaredRRset } from '../zone.ts';
import { type AmendedNames, entryAt, type Names, shifted } from './names.ts';

/** An owner, and where its entry begins. */
export interface Entry {
  readonly owner: DomainName;
  readonly at: number;
}

/** The entries of a zone's document, in the order of their places. */
interface Order {
  readonly offsets: Uint32Array;
  readonly owners: readonly DomainName[];
}

const orders = new WeakMap<Names, Order>();

function orderOf(base: Names): Order {
  let order = orders.get(base);
  if (order === undefined) {
    const owners: DomainName[] = [];
    const places: number[] = [];
    let isSorted = true;
    for (const [owner, rrsets] of base) {
      const at = entryAt(rrsets);
      if (at === undefined) continue;
      if (at < (places.at(-1) ?? -1)) isSorted = false;
      owners.push(owner);
      places.push(at);
    }
    if (isSorted) order = { offsets: Uint32Array.from(places), owners };
    else {
      // The apex is the first of the names wherever it stands.
      const indexes = places.map((_, i) => i).sort((a, b) => (places[a] as number) - (places[b] as number));
      order = {
        offsets: Uint32Array.from(indexes, (i) => places[i] as number),
        owners: indexes.map((i) => owners[i] as DomainName),
      };
    }
    orders.set(base, order);
  }
  return order;
}

/** The entries of a zone by where they stand in its document. */
export interface Places {
  /** The last entry that begins before an offset. */
  before(offset: number): Entry | undefined;
  /** The first entry that begins behind an offset. */
  after(offset: number): Entry | undefined;
  /** The entries that begin from `start` on and before `end`, in their order. */
  between(start: number, end: number): Entry[];
}

/** The places of the entries of a zone whose names are the base, or amended. */
export function placesOf(amended: AmendedNames): Places {
  const { base, shifts, own } = amended;
  const { offsets, owners } = orderOf(base);
  const place = (i: number): number => shifted(offsets[i] as number, shifts);
  const others: Entry[] = [];
  for (const [owner, rrsets] of own) {
    const at = rrsets === undefined ? undefined : entryAt(rrsets);
    if (at !== undefined) others.push({ owner, at });
  }
  others.sort((a, b) => a.at - b.at);
  /** The first entry of the base, also of those that are not as they were, that begins at an offset or behind it. */
  const firstFrom = (offset: number): number => {
    let low = 0;
    let high = offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const isOwn = (i: number): boolean => own.has(owners[i] as DomainName);
  const entry = (i: number): Entry | undefined =>
    i < 0 || i >= offsets.length ? undefined : { owner: owners[i] as DomainName, at: place(i) };
  return {
    before(offset) {
      let i = firstFrom(offset) - 1;
      while (i >= 0 && isOwn(i)) i--;
      const [inBase, other] = [entry(i), others.findLast(({ at }) => at < offset)];
      return inBase === undefined || (other !== undefined && other.at > inBase.at) ? other : inBase;
    },
    after(offset) {
      let i = firstFrom(offset + 1);
      while (i < offsets.length && isOwn(i)) i++;
      const [inBase, other] = [entry(i), others.find(({ at }) => at > offset)];
      return inBase === undefined || (other !== undefined && other.at < inBase.at) ? other : inBase;
    },
    between(start, end) {
      const found = others.filter(({ at }) => at >= start && at < end);
      for (let i = firstFrom(start); i < offsets.length && place(i) < end; i++)
        if (!isOwn(i)) found.push(entry(i) as Entry);
      return found.sort((a, b) => a.at - b.at);
    },
  };
}

/** Names as something amended that has not changed in anything. */
export function asAmended(names: Names, source: AmendedNames['source']): AmendedNames {
  return { base: names, shifts: [], own: new Map(), placed: new Set(), source };
}

/** How many entries of a zone stand before one that canonical order has earlier, and the keys where none does. */
interface Canonical {
  readonly keys: readonly string[];
  readonly descents: number;
}

const canonicals = new WeakMap<Names, Canonical>();

function canonicalOf(base: Names): Canonical {
  let canonical = canonicals.get(base);
  if (canonical === undefined) {
    const keys = orderOf(base).owners.map(canonicalKey);
    const descents = keys.filter((key, i) => i > 0 && (keys[i - 1] as string) >= key).length;
    canonical = { keys: descents === 0 ? keys : [], descents };
    canonicals.set(base, canonical);
  }
  return canonical;
}

/**
 * The entry behind which a new owner belongs where entries stand in canonical order; `unordered` where they do not, `unclear`
 * where only looking at all of them would tell.
 */
export function neighbourOf(amended: AmendedNames, owner: DomainName): Entry | 'first' | 'unordered' | 'unclear' {
  const { base, own, placed } = amended;
  const { keys, descents } = canonicalOf(base);
  if (descents > 0) {
    // An entry that is gone, or stands elsewhere, has mended one place at most.
    const left = [...own].filter(([each, rrsets]) => rrsets === undefined || placed.has(each)).length;
    return descents > left ? 'unordered' : 'unclear';
  }
  const places = placesOf(amended);
  const keyAt = (entry: Entry | undefined): string | undefined => entry && canonicalKey(entry.owner);
  for (const each of placed) {
    const at = entryAt(own.get(each) ?? []);
    if (at === undefined) continue;
    const [before, key, after] = [keyAt(places.before(at)), canonicalKey(each), keyAt(places.after(at))];
    if ((before !== undefined && before > key) || (after !== undefined && after < key)) return 'unordered';
  }
  const key = canonicalKey(owner);
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  const { owners } = orderOf(base);
  let i = low - 1;
  while (i >= 0 && own.get(owners[i] as DomainName) === undefined && own.has(owners[i] as DomainName)) i--;
  let found = i < 0 ? undefined : entryOf(amended, owners[i] as DomainName);
  for (const each of placed) {
    const entry = entryOf(amended, each);
    if (entry !== undefined && canonicalKey(each) < key && (found === undefined || entry.at > found.at)) found = entry;
  }
  return found ?? 'first';
}

function entryOf({ base, shifts, own }: AmendedNames, owner: DomainName): Entry | undefined {
  const at = own.has(owner) ? entryAt(own.get(owner) ?? []) : shiftedEntry(base.get(owner), shifts);
  return at === undefined ? undefined : { owner, at };
}

function shiftedEntry(
  rrsets: readonly DeclaredRRset[] | undefined,
  shifts: AmendedNames['shifts'],
): number | undefined {
  const at = rrsets && entryAt(rrsets);
  return at === undefined ? undefined : shifted(at, shifts);
}

/** Behind an offset, where the first line begins whose content stands left of a column; the end of the text without one. */
export function outdent(text: string, from: number, column: number): number {
  let line = lineEnd(text, from);
  while (line < text.length) {
    const end = lineEnd(text, line);
    const content = text.slice(line, end);
    if (/^ *[^ #\r\n]/.test(content) && content.search(/[^ ]/) < column) return line;
    line = end;
  }
  return text.length;
}
