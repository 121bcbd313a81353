import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAnswer } from '../../../../src/server/dialects/answer.ts';
import { type Columns, type Listing, pageOf, readListing } from '../../../../src/server/dialects/luadns/listing.ts';

interface Row {
  readonly id: number;
  readonly name: string;
}

const columns: Columns<Row> = {
  searched: ({ name }) => [name],
  sorted: new Map<string, (row: Row) => string | number>([
    ['id', ({ id }) => id],
    ['name', ({ name }) => name],
  ]),
};
const rows: Row[] = ['b.example.', 'A.example.', 'c.example.'].map((name, i) => ({ id: i + 1, name }));
const ask = (query: string) => readListing(new URLSearchParams(query), columns.sorted);
const list = (query: string) => pageOf(rows, columns, ask(query) as Listing);

describe('lists', () => {
  it.each([
    ['', [1, 2, 3]],
    ['sort_by=name', [2, 1, 3]],
    ['sort_by=id&sort_order=desc', [3, 2, 1]],
    ['sort_order=desc', [3, 2, 1]],
    ['query=a.EXAMPLE.', [2]],
    ['query=nothing', []],
    ['limit=2', [1, 2]],
    ['limit=2&page=2', [3]],
    ['limit=2&page=3', []],
    ['page=2', []],
    ['limit=0&page=1', [1, 2, 3]],
    ['limit=&page=&sort_by=&sort_order=&query=', [1, 2, 3]],
  ])('%s', (query, ids) => {
    expect(list(query).rows.map(({ id }) => id)).toEqual(ids);
  });

  it('say which page of how many they are', () => {
    expect(list('limit=2&page=2').headers).toEqual({
      'x-page': '2',
      'x-limit': '2',
      'x-total-pages': '2',
      'x-pages-count': '2',
      'x-total-count': '3',
    });
    expect(list('query=nothing&limit=10').headers).toMatchObject({ 'x-total-pages': '1', 'x-total-count': '0' });
  });

  it.each(['limit=501', 'limit=-1', 'limit=x', 'page=0', 'page=1.5', 'sort_by=__proto__', 'sort_order=up'])(
    'refuse %s',
    (query) => {
      const answer = ask(query);
      expect(isAnswer(answer) && answer.status).toBe(400);
    },
  );

  it('have every row on exactly one page', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 500 }), (names, limit) => {
        const all = names.map((name, id) => ({ id, name }));
        const base = { query: undefined, sortBy: 'name', descending: false, limit } as const;
        const pages = Number(pageOf(all, columns, { ...base, page: 1 }).headers['x-total-pages']);
        const seen = Array.from(
          { length: pages },
          (_, i) => pageOf(all, columns, { ...base, page: i + 1 }).rows,
        ).flat();
        expect(seen.map(({ id }) => id).sort((a, b) => a - b)).toEqual(all.map(({ id }) => id));
      }),
    );
  });
});
