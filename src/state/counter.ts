import type { Queries } from './tables.ts';

/**
 * Takes the next numbers of a counter, which begins at 1: gives the first of `count`. No two callers are given the same one.
 * Within a transaction others wait for its end; one that fails gives its numbers back.
 */
export async function takeNumbers(db: Queries, name: 'account', count: number): Promise<number> {
  const { value } = await db
    .insertInto('counters')
    .values({ name, value: count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', count) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return value - count + 1;
}
