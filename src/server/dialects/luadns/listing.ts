import type { Answer } from '../answer.ts';
import { invalid } from './errors.ts';

/** The most rows of a page. */
const MAX_LIMIT = 500;

/** What a list is asked for, all of it optional. */
export interface Listing {
  readonly query: string | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  /** 0: all rows on one page. */
  readonly limit: number;
  readonly page: number;
}

/** How the rows of a list are searched and sorted. */
export interface Columns<T> {
  /** The texts that a query is looked for in. */
  readonly searched: (row: T) => readonly string[];
  /** By the name of the field. */
  readonly sorted: ReadonlyMap<string, (row: T) => string | number>;
}

/** Reads the parameters of a list. */
export function readListing(parameters: URLSearchParams, columns: ReadonlyMap<string, unknown>): Listing | Answer {
  const text = (name: string): string | undefined => parameters.get(name) || undefined;
  const sortBy = text('sort_by');
  const order = text('sort_order')?.toLowerCase() ?? 'asc';
  const limit = whole(text('limit') ?? '0', MAX_LIMIT);
  const page = whole(text('page') ?? '1', Number.MAX_SAFE_INTEGER);
  if (sortBy !== undefined && !columns.has(sortBy))
    return invalid('sort_by', `must be one of ${[...columns.keys()].join(', ')}`);
  if (order !== 'asc' && order !== 'desc') return invalid('sort_order', 'must be asc or desc');
  if (limit === undefined) return invalid('limit', `must be a number from 1 to ${MAX_LIMIT}`);
  if (page === undefined || page === 0) return invalid('page', 'must be a number from 1');
  return { query: text('query'), sortBy, descending: order === 'desc', limit, page };
}

/** The rows of a page, with the headers that say which of how many it is. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The rows that were asked for. */
export function pageOf<T>(rows: readonly T[], { searched, sorted }: Columns<T>, listing: Listing): Page<T> {
  const wanted = listing.query?.toLowerCase();
  const found =
    wanted === undefined
      ? [...rows]
      : rows.filter((row) => searched(row).some((text) => text.toLowerCase().includes(wanted)));
  const column = listing.sortBy === undefined ? undefined : sorted.get(listing.sortBy);
  const sign = listing.descending ? -1 : 1;
  if (column !== undefined) found.sort((a, b) => sign * compare(column(a), column(b)));
  else if (listing.descending) found.reverse();
  const { limit, page } = listing;
  const pages = limit === 0 ? 1 : Math.max(1, Math.ceil(found.length / limit));
  const size = limit === 0 ? found.length : limit;
  return {
    rows: found.slice((page - 1) * size, page * size),
    headers: {
      'x-page': String(page),
      'x-limit': String(limit),
      'x-total-pages': String(pages),
      // The name that the provider's own client reads.
      'x-pages-count': String(pages),
      'x-total-count': String(found.length),
    },
  };
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function whole(text: string, max: number): number | undefined {
  return /^\d{1,15}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}
