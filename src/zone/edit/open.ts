import { DnsSyntaxError } from '../../dns/fault.ts';
import { canonicalKey, type DomainName, parseName } from '../../dns/name.ts';
import { amendmentOf, entryAt } from '../amend/names.ts';
import { asAmended, neighbourOf, outdent, placesOf } from '../amend/places.ts';
import { type MapEntry, type MapNode, mapNode, moved, scalarNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import type { Zone } from '../zone.ts';
import type { ZoneChange } from './change.ts';
import { lineStart } from './lines.ts';

/** A document while it is changed: what was read of the text as it is now. */
export interface Editing {
  readonly text: string;
  readonly apex: DomainName;
  readonly root: MapNode | undefined;
  readonly records: MapEntry | undefined;
  /** The entries of each owner; more than one where it is spelt in several ways. */
  readonly owners: ReadonlyMap<DomainName, readonly MapEntry[]>;
  /** Behind which entry a new owner goes: where canonical order wants it if the document keeps to it, else the last. */
  placeFor(owner: DomainName): MapEntry | undefined;
}

/** Reads all of a document. Throws a DnsSyntaxError where it is no good YAML. */
export function openDocument(text: string, apex: DomainName): Editing {
  const { root, problems } = readYaml(text);
  const problem = problems[0];
  if (problem !== undefined) throw new DnsSyntaxError(`the document cannot be read: ${problem.message}`, problem.fix);
  if (root?.kind !== 'map') {
    if (root !== undefined && !(root.kind === 'scalar' && root.style === 'empty')) {
      throw new DnsSyntaxError('the document is not a map', 'write keys such as "records:"');
    }
    return { text, apex, root: undefined, records: undefined, owners: new Map(), placeFor: () => undefined };
  }
  const records = root.entries.find((entry) => entry.key.text === 'records');
  const entries = records?.value.kind === 'map' ? records.value.entries : [];
  return {
    text,
    apex,
    root,
    records,
    owners: byOwner(entries, apex),
    placeFor: (owner) => placeAmong(entries, apex, owner),
  };
}

function byOwner(entries: readonly MapEntry[], apex: DomainName): Map<DomainName, MapEntry[]> {
  const owners = new Map<DomainName, MapEntry[]>();
  for (const entry of entries) {
    const owner = ownerOf(entry.key.text, apex);
    if (owner === undefined) continue;
    const same = owners.get(owner);
    if (same === undefined) owners.set(owner, [entry]);
    else same.push(entry);
  }
  return owners;
}

/** The owner that a key stands for; `undefined` where it is no name. */
export function ownerOf(key: string, apex: DomainName): DomainName | undefined {
  if (key === '') return apex;
  try {
    return parseName(key, apex);
  } catch {
    return undefined;
  }
}

function placeAmong(entries: readonly MapEntry[], apex: DomainName, owner: DomainName): MapEntry | undefined {
  const key = canonicalKey(owner);
  let place: MapEntry | undefined;
  let last = '';
  for (const entry of entries) {
    const name = ownerOf(entry.key.text, apex);
    const here = name === undefined ? undefined : canonicalKey(name);
    if (here === undefined || here < last) return entries.at(-1);
    if (here < key) place = entry;
    last = here;
  }
  return place;
}

/** Where more is changed at once, all is read. */
const FEW_CHANGES = 64;

/**
 * Reads of the document of a zone, which has been read as a zone before, only the entries that changes are about. `undefined`
 * where that is not enough to make them.
 */
export function openNear(zone: Zone, changes: readonly ZoneChange[]): Editing | undefined {
  const { apex, names, source, waivers, aliases, redirects } = zone;
  if (zone.plain !== true || changes.length > FEW_CHANGES) return undefined;
  if (waivers.length + aliases.length + redirects.length > 0) return undefined;
  const amended = amendmentOf(names) ?? asAmended(names, source);
  const { text } = source;
  const places = placesOf(amended);
  const [head, tail] = [places.after(-1), places.before(text.length)];
  if (head === undefined || tail === undefined) return undefined;
  const read = new Map<number, MapEntry>();
  const readAt = (at: number): boolean => {
    if (read.has(at)) return true;
    const next = places.after(at)?.at;
    const start = lineStart(text, at);
    const entry = entryFrom(text, at, next === undefined ? outdent(text, at, at - start) : lineStart(text, next));
    if (entry !== undefined) read.set(at, entry);
    return entry !== undefined;
  };
  const behind = new Map<DomainName, number | undefined>();
  for (const change of changes) {
    if (change.kind !== 'put' && change.kind !== 'delete') return undefined;
    const { owner } = change;
    const rrsets = names.get(owner);
    const at = rrsets && entryAt(rrsets);
    if (at === undefined) {
      const neighbour = neighbourOf(amended, owner);
      if (neighbour === 'first' || neighbour === 'unclear') return undefined;
      const before = neighbour === 'unordered' ? tail : neighbour;
      behind.set(owner, before.at);
      if (!readAt(before.at)) return undefined;
    } else if (!readAt(at)) return undefined;
  }
  // That they are not all that there is shows in the first and the last.
  if (!readAt(head.at) || !readAt(tail.at)) return undefined;
  const entries = [...read].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  const [first, last] = [entries[0] as MapEntry, entries.at(-1) as MapEntry];
  const map = mapNode(entries, first.key.start, last.value.end, false);
  // Where the key stands of which these are the entries is of interest only where there are no others.
  const records: MapEntry = { key: scalarNode('records', 0, 0, 'plain'), value: map };
  return {
    text,
    apex,
    root: undefined,
    records,
    owners: byOwner(entries, apex),
    placeFor: (owner) => read.get(behind.get(owner) ?? tail.at),
  };
}

/** The entry whose key begins at a place, read from its own lines; `undefined` where it does not stand on lines of its own. */
function entryFrom(text: string, at: number, end: number): MapEntry | undefined {
  const start = lineStart(text, at);
  if (!/^ +$/.test(text.slice(start, at))) return undefined;
  const { root, problems, apart } = readYaml(text.slice(start, end));
  const entry = root?.kind === 'map' && !root.flow && root.entries.length === 1 ? root.entries[0] : undefined;
  if (problems.length > 0 || !apart || entry === undefined || start + entry.key.start !== at) return undefined;
  return { key: moved(entry.key, start), value: moved(entry.value, start) };
}
