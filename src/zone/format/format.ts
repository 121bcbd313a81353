import { canonicalKey, parseName } from '../../dns/name.ts';
import type { YamlProblem } from '../yaml/problem.ts';
import { readYaml } from '../yaml/read.ts';
import type { MapBlock, MapEntryBlock } from './block.ts';
import { printDocument } from './print.ts';
import { blocksOf } from './read.ts';

/** What came of formatting: the new text, or why the document was left as it is. */
export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** It is not YAML that can be read. */
  | { readonly kind: 'broken'; readonly problems: readonly YamlProblem[] }
  /** It uses anchors, aliases or tags, or is not a map: there is no canonical layout for it. */
  | { readonly kind: 'kept'; readonly reason: string };

/**
 * Puts a document (zone, template, configuration, inventory) into canonical layout: two spaces a level, what is short on
 * one line, every comment kept where it belongs, scalars in the spelling they have. The order stays, as people group
 * records for a reason; `sort` puts the owners into canonical order, apex first.
 */
export function formatDocument(text: string, options: { readonly sort: boolean }): Formatted {
  const { root, problems } = readYaml(text);
  if (problems.length > 0) return { kind: 'broken', problems };
  if (root === undefined) return { kind: 'kept', reason: 'it is empty' };
  if (root.kind !== 'map') return { kind: 'kept', reason: 'it is not a map' };
  const document = blocksOf(text, root);
  if (document === undefined) return { kind: 'kept', reason: 'it uses anchors, aliases or tags' };
  return { kind: 'formatted', text: printDocument(options.sort ? sortRecords(document) : document) };
}

function sortRecords(document: MapBlock): MapBlock {
  return {
    ...document,
    entries: document.entries.map((entry) =>
      entry.key.raw === 'records' && entry.value.kind === 'map'
        ? { ...entry, value: { ...entry.value, entries: sortOwners(entry.value.entries) } }
        : entry,
    ),
  };
}

function sortOwners(owners: readonly MapEntryBlock[]): MapEntryBlock[] {
  const keyed = owners.map((owner) => ({ owner, key: ownerKey(owner.key.raw) }));
  // The comments above the first owner would move with it into the middle, whatever they say; so it is with all tools.
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ owner }) => owner);
}

const SOME_ORIGIN = parseName('.');

/** Names that cannot be read sort behind all others: what is wrong with them is for `check` to say. */
function ownerKey(raw: string): string {
  const text = raw.replace(/^(["'])(.*)\1$/, '$2');
  if (text === '' || text === '@') return '';
  try {
    return canonicalKey(parseName(text, SOME_ORIGIN));
  } catch {
    return `\uffff${text}`;
  }
}
