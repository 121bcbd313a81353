import { quoteScalar } from '../yaml/quote.ts';

/**
 * A document on its way to paper: keys and scalars as they are to be written, comments and blank lines where they belong.
 * The formatter makes it from a document that exists, the writer from RRsets; one printer gives both the same layout.
 */
export type Block = ScalarBlock | MapBlock | ListBlock;

/** A scalar or a key in its YAML spelling, quotes included; on one line. */
export interface Spelling {
  readonly raw: string;
  /** The spelling between braces and brackets, where more characters need quotes; `undefined`: it cannot stand there. */
  readonly flow: string | undefined;
}

/** A scalar. */
export interface ScalarBlock {
  readonly kind: 'scalar';
  readonly spelling: Spelling;
}

/** A map; its entries in the order in which they are written. */
export interface MapBlock {
  readonly kind: 'map';
  /** Written with braces where that fits on a line; spread over lines otherwise. */
  readonly flow: boolean;
  readonly entries: MapEntryBlock[];
  /** Comments behind the last entry, at its indentation; an empty string is a blank line. */
  readonly tail: readonly string[];
}

/** A list. */
export interface ListBlock {
  readonly kind: 'list';
  /** Written with brackets where that fits on a line; a line for each item otherwise. */
  readonly flow: boolean;
  readonly items: ListItemBlock[];
  readonly tail: readonly string[];
}

/** What stands around an entry or an item. */
interface Surrounded {
  /** Comment lines above it, `#` included; an empty string is a blank line. */
  readonly lead: readonly string[];
  /** The comment behind it on its line, `#` included; an empty string where there is none. */
  readonly trail: string;
  readonly value: Block;
}

/** An entry of a map. */
export interface MapEntryBlock extends Surrounded {
  readonly key: Spelling;
}

/** An item of a list. */
export type ListItemBlock = Surrounded;

/** A text in the shortest safe spelling. */
export function spell(text: string, as: 'key' | 'value'): Spelling {
  return {
    raw: quoteScalar(text, as === 'key' ? 'key' : 'block-value'),
    flow: quoteScalar(text, as === 'key' ? 'key' : 'flow-value'),
  };
}

/** A scalar without comments. */
export function scalarBlock(text: string): ScalarBlock {
  return { kind: 'scalar', spelling: spell(text, 'value') };
}

/** An entry without a comment behind it. */
export function entryBlock(key: string, value: Block, lead: readonly string[] = []): MapEntryBlock {
  return { key: spell(key, 'key'), value, lead, trail: '' };
}

/** A map without comments, on one line if it fits. */
export function mapBlock(entries: MapEntryBlock[]): MapBlock {
  return { kind: 'map', flow: true, entries, tail: [] };
}

/** A list without comments, on one line if it fits. */
export function listBlock(values: readonly Block[]): ListBlock {
  return { kind: 'list', flow: true, items: values.map((value) => ({ value, lead: [], trail: '' })), tail: [] };
}
